/** One work list: its shelves and how far each is; or one shelf that is in hand. */

import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link, useParams, useSearchParams } from "react-router";
import "../i18n/tags";
import { usePairing } from "../api/tagQueries";
import type { Pairing, PairingShelf } from "../api/types";
import { AddressWords } from "../boxes/PlaceLine";
import { FloorNav } from "../floor/FloorNav";
import { shelfWords } from "../floor/ShelfHead";
import { Answer, Empty } from "../ui/Feedback";
import { Icon, type IconName } from "../ui/icons";
import { Tone, type ToneName } from "../ui/Tone";
import css from "./pairing.module.css";
import { nextShelf } from "./pair";
import { PairShelf } from "./PairShelf";
import { scopeWords } from "./scope";

export function PairingPage() {
  const { id = "" } = useParams();
  const pairing = usePairing(id);
  const [params, setParams] = useSearchParams();
  const wanted = params.get("shelf");
  const take = (address: string | null) => setParams(address ? { shelf: address } : {});
  return (
    <div className="page">
      <FloorNav />
      <Answer of={pairing}>
        {(data) => {
          const shelf = data.shelves.find((one) => one.address === wanted);
          return shelf ? (
            <PairShelf key={shelf.address} pairing={data} shelf={shelf} onLeave={() => take(null)} />
          ) : (
            <Shelves pairing={data} onTake={take} />
          );
        }}
      </Answer>
    </div>
  );
}

const TONE: Record<PairingShelf["status"], [ToneName, IconName]> = {
  open: ["stale", "clock"],
  started: ["moving", "person"],
  done: ["open", "check"],
};

function Shelves({ pairing, onTake }: { pairing: Pairing; onTake: (address: string) => void }) {
  const { t } = useTranslation();
  const next = nextShelf(pairing.shelves);
  const label = t("pairing.listOf", { what: scopeWords(t, pairing) });
  return (
    <>
      <div className="row spread">
        <div>
          <h1>{scopeWords(t, pairing)}</h1>
          <p className="muted" data-testid="pairing-progress">
            {t("common.said", { head: t("pairing.shelves"), words: t("pairing.of", { done: pairing.shelves_done, all: pairing.total_shelves }) })}
            {" · "}
            {t("common.said", { head: t("pairing.boxes"), words: t("pairing.of", { done: pairing.boxes_paired, all: pairing.boxes_total }) })}
          </p>
        </div>
        <div className="row">
          <Link className="link-row" to="/pairings">
            <Icon name="list" /> {t("pairing.title")}
          </Link>
          {next && (
            <Button size="lg" leftSection={<Icon name="arrowRight" />} onClick={() => onTake(next.address)} data-testid="pairing-next">
              {t("pairing.next")}
            </Button>
          )}
        </div>
      </div>
      {!next && pairing.done && <Empty>{t("pairing.allDone")}</Empty>}
      <section className="panel panel-pad scroll-x" tabIndex={0} aria-label={label}>
        <table className="table" data-testid="pairing-shelves">
          <thead>
            <tr>
              <th>{t("floor.shelf")}</th>
              <th>{t("work.box.state")}</th>
              <th className="num">{t("pairing.boxes")}</th>
              <th>
                <span className="visually-hidden">{t("pairing.take")}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {pairing.shelves.map((shelf) => (
              <Row key={shelf.address} shelf={shelf} onTake={() => onTake(shelf.address)} />
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}

function Row({ shelf, onTake }: { shelf: PairingShelf; onTake: () => void }) {
  const { t } = useTranslation();
  const [tone, icon] = TONE[shelf.status];
  return (
    <tr className={css.shelfRow} data-testid="pairing-shelf" data-address={shelf.address} data-status={shelf.status}>
      <td>
        <AddressWords address={shelf.address} />
      </td>
      <td>
        <Tone tone={tone} icon={icon}>
          {t(`pairing.state.${shelf.status}`)}
        </Tone>{" "}
        {shelf.status === "started" && shelf.by && <span className="muted">{t("pairing.inHandOf", { name: shelf.by })}</span>}
      </td>
      <td className="num">{t("pairing.of", { done: shelf.paired, all: shelf.boxes })}</td>
      <td className="num">
        <Button
          variant="default"
          aria-label={t("pairing.takeOf", { where: shelfWords(shelf.address) })}
          onClick={onTake}
          data-testid="pairing-take"
        >
          {t("pairing.take")}
        </Button>
      </td>
    </tr>
  );
}
