/** The page of one file: where it is and how sure, in which box it belongs, and its tags. */

import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { useBox, useFile } from "../api/queries";
import type { FileFacts } from "../api/types";
import { LabelButton } from "../labels/LabelButton";
import { useMay } from "../people/may";
import { Answer } from "../ui/Feedback";
import { Icon } from "../ui/icons";
import { StateBadge } from "../ui/StateBadge";
import css from "./box.module.css";
import { GiveBack } from "./GiveBack";
import { HandOver } from "./HandOver";
import { Movements } from "./Movements";
import { Tags } from "./Tags";
import { Whereabouts } from "./Whereabouts";

export function FilePage() {
  const { code = "" } = useParams();
  const file = useFile(code);
  return (
    <div className="page">
      <Answer of={file}>
        {(data) => (
          <>
            <FileHead file={data} />
            <div className={css.columns}>
              <Tags tags={data.tags} epc={null} />
              <Movements code={data.box_code} only={data.code} />
            </div>
          </>
        )}
      </Answer>
    </div>
  );
}

function FileHead({ file }: { file: FileFacts }) {
  const { t } = useTranslation();
  const may = useMay();
  const box = useBox(file.box_code).data;
  return (
    <section className="panel panel-pad">
      <div className="row spread">
        <div>
          <div className="row">
            <h1 className="code">{file.code}</h1>
            <StateBadge state={file.state} />
          </div>
          <p className={css.title}>{file.title}</p>
          {file.household && (
            <p>
              <strong>{file.household.head}</strong> <span className="muted">{file.household.address}</span>
            </p>
          )}
          <p className="muted">
            <Link to={`/boxes/${encodeURIComponent(file.box_code)}`} className="link-row" data-testid="file-box">
              <Icon name="box" size={18} /> {t("find.inBox", { code: file.box_code })}
            </Link>
          </p>
        </div>
        <div className="row">
          {may("box.move") && box && (
            <>
              <HandOver box={box} fileCode={file.code} />
              <GiveBack box={box} fileCode={file.code} />
            </>
          )}
          <LabelButton kind="file" code={file.code} />
        </div>
      </div>
      <Whereabouts home={file.home} place={file.place} seen={file.last_seen} />
    </section>
  );
}
