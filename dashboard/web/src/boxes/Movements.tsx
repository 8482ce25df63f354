/** Every place a box and its files have been, newest first: from, to, why, by whom, how sure. */

import { useTranslation } from "react-i18next";
import { useMovements } from "../api/queries";
import type { Movement } from "../api/types";
import { exactMoment } from "../i18n/format";
import { whoWords } from "../people/who";
import { Answer, Empty } from "../ui/Feedback";
import { Icon, type IconName } from "../ui/icons";
import css from "./box.module.css";
import { PlaceWords } from "./PlaceLine";

/** `only`: the movements of one file, with those of the box that took it along. */
export function Movements({ code, only }: { code: string; only?: string }) {
  const { t } = useTranslation();
  const movements = useMovements(code);
  return (
    <section className="panel panel-pad">
      <h2>{t("work.box.movements")}</h2>
      <Answer of={movements}>
        {({ movements: all }) => {
          const list = only === undefined ? all : all.filter(({ item }) => item === only || item === code);
          return list.length === 0 ? (
            <Empty>{t("work.box.noMovements")}</Empty>
          ) : (
            <ol className={css.timeline} data-testid="movements">
              {list.map((movement) => (
                <Step key={movement.id} movement={movement} subject={only ?? code} box={code} />
              ))}
            </ol>
          );
        }}
      </Answer>
    </section>
  );
}

const ICON: Record<Movement["cause"], IconName> = { reader: "live", person: "person", import: "upload" };

type StepProps = { movement: Movement; subject: string; box: string };

function Step({ movement, subject, box }: StepProps) {
  const { t } = useTranslation();
  return (
    <li data-testid="movement" data-to={movement.to.kind}>
      <span className={css.cause} title={t(`work.box.cause.${movement.cause}`)}>
        <Icon name={ICON[movement.cause]} size={18} />
      </span>
      <div>
        <div className={css.move}>
          <span className="muted">
            <PlaceWords place={movement.from} since={false} />
          </span>
          <Icon name="arrowRight" size={16} />
          <strong>
            <PlaceWords place={movement.to} since={false} />
          </strong>
        </div>
        <div className={css.moveWhy}>
          <time dateTime={movement.at}>{exactMoment(movement.at)}</time>
          {" · "}
          {t(`work.box.cause.${movement.cause}`)}
          {movement.by && ` · ${whoWords(t, movement.by)}`}
          {movement.confidence !== null &&
            ` · ${t("work.box.sure", { pct: Math.round(movement.confidence * 100) })}`}
          {movement.item !== subject && (
            <>
              {" · "}
              {t(movement.item === box ? "common.kind.box" : "work.box.file")} <span className="code">{movement.item}</span>
            </>
          )}
        </div>
      </div>
    </li>
  );
}
