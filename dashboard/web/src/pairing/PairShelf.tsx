/** One shelf in hand: boxes from left to right, each with its tag; a wrong box is told with where it belongs. */

import { Button, NativeSelect } from "@mantine/core";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useFace } from "../api/queries";
import { useBench, useReaders, useShelfWork } from "../api/tagQueries";
import type { AntennaRef, BoxOnShelf, FaceName, Pairing, PairingShelf } from "../api/types";
import { AddressWords } from "../boxes/PlaceLine";
import { useWatch } from "../bench/useWatch";
import { ShelfHead, shelfWords } from "../floor/ShelfHead";
import { coversWords } from "../readers/Covers";
import { parseAddress } from "../room/address";
import { Outcome } from "../scan/Outcome";
import { tagProblem } from "../scan/problem";
import { shown } from "../scan/shown";
import { WholeText } from "../scan/WholeText";
import { ScanField } from "../scan/ScanField";
import { Confirm } from "../ui/Confirm";
import { Icon } from "../ui/icons";
import { useTell } from "../ui/Tell";
import { Expected } from "./Expected";
import css from "./pairing.module.css";
import { type Half, marked } from "./pair";
import { type Said, usePairShelf } from "./usePairShelf";

type PairShelfProps = { pairing: Pairing; shelf: PairingShelf; onLeave: () => void };

export function PairShelf({ pairing, shelf, onLeave }: PairShelfProps) {
  const { t } = useTranslation();
  const tell = useTell();
  const [antenna, setAntenna] = useState<AntennaRef | null>(null);
  const [tags, setTags] = useState<string[]>([]);
  const [asking, ask] = useState(false);
  const fresh = tags.length === 1 ? (tags[0] ?? null) : null;
  const boxes = useShelf(shelf.address);
  const work = usePairShelf(pairing.id, shelf.address, fresh, boxes.map((one) => one.code));
  const paired = useShelfWork(pairing.id, shelf.address).data?.boxes ?? [];
  const rows = marked(boxes, paired.map((one) => one.box_code));
  const left = Math.max(0, shelf.boxes - shelf.paired);
  const finish = () =>
    work.done.mutate(undefined, {
      onSuccess: () => {
        tell(t("pairing.shelf.finished", { where: shelfWords(shelf.address) }));
        onLeave();
      },
    });
  return (
    <>
      <h1 className="visually-hidden">{t("pairing.title")}</h1>
      <section className="panel panel-pad form" data-testid="pair-shelf">
        <div className="row spread">
          <ShelfHead shelf={shelf.address} onOther={onLeave} />
          <strong className={css.count} data-testid="pair-count">
            {t("pairing.of", { done: shelf.paired, all: shelf.boxes })}
          </strong>
        </div>
        <ScanField label={t("pairing.shelf.scan")} hint={t("pairing.shelf.scanHint")} busy={work.busy} sound onScan={work.scan} testId="pair-scan" />
        <AntennaChoice room={pairing.room} value={antenna} onChange={setAntenna} />
        {antenna && <NewTags key={`${antenna.reader}/${antenna.antenna}`} at={antenna} onTags={setTags} />}
        {antenna && tags.length > 1 && <p role="alert">{t("pairing.shelf.severalTags")}</p>}
        <SaidNow work={work} next={rows.find((one) => one.mark === "next")?.code ?? null} />
        {work.said?.kind === "wrong_shelf" && <WrongActs said={work.said} work={work} />}
        <div className="row spread">
          <Button
            variant="default"
            size="lg"
            leftSection={<Icon name="giveBack" />}
            disabled={shelf.paired === 0}
            loading={work.undo.isPending}
            onClick={() => work.undo.mutate()}
            data-testid="pair-undo"
          >
            {t("pairing.shelf.undo")}
          </Button>
          <Button
            size="lg"
            leftSection={<Icon name="check" />}
            loading={work.done.isPending}
            onClick={() => (left > 0 ? ask(true) : finish())}
            data-testid="pair-done"
          >
            {t("pairing.shelf.done")}
          </Button>
        </div>
      </section>
      <Expected rows={rows} />
      <Confirm
        opened={asking}
        title={t("pairing.shelf.done")}
        words={t("pairing.shelf.notAll", { left, all: shelf.boxes })}
        action={t("pairing.shelf.done")}
        pending={work.done.isPending}
        error={work.done.error}
        onYes={finish}
        onClose={() => ask(false)}
        testId="pair-done-ask"
      />
    </>
  );
}

/** The boxes that belong on a shelf, from left to right. */
function useShelf(address: string): BoxOnShelf[] {
  const { room, bank = 0, column = 0, face = "L", section, shelf } = parseAddress(address) ?? { room: "" };
  const content = useFace({ room, bank, column, face: face as FaceName });
  return content.data?.shelves.find((one) => one.section === section && one.shelf === shelf)?.boxes ?? [];
}

type Work = ReturnType<typeof usePairShelf>;

function SaidNow({ work: { half, said }, next }: { work: Work; next: string | null }) {
  const { t } = useTranslation();
  const wanted = next ? t("pairing.shelf.nextBox", { code: next }) : null;
  if (said) return <SaidOutcome said={said} half={half} wanted={wanted} />;
  const head = half.box
    ? t("pairing.shelf.wantsTag", { code: half.box.code })
    : half.epc
      ? t("pairing.shelf.tagFirst", { epc: half.epc })
      : t("pairing.shelf.wantsBox");
  return (
    <Outcome verdict="idle" head={head} testId="pair-said">
      {half.box ? half.box.title : wanted}
    </Outcome>
  );
}

function SaidOutcome({ said, half, wanted }: { said: Said; half: Half; wanted: string | null }) {
  const { t } = useTranslation();
  switch (said.kind) {
    case "paired":
      return (
        <Outcome verdict="ok" head={t("pairing.shelf.paired", { code: said.code })} testId="pair-said">
          {said.lentTo && `${t("pairing.shelf.loanEnded", { person: said.lentTo })} `}
          {wanted}
        </Outcome>
      );
    case "wrong_shelf":
      return (
        <Outcome verdict="wrong" head={t("pairing.shelf.wrongHead", { code: said.code })} testId="pair-said">
          {said.home ? (
            <>
              {t("pairing.shelf.wrongBelongs")} <AddressWords address={said.home} />
            </>
          ) : (
            t("pairing.shelf.wrongNoHome")
          )}
        </Outcome>
      );
    case "not_for_pairing":
      return (
        <Outcome verdict="wrong" head={t("scan.unknown", { text: shown(said.text) })} testId="pair-said">
          {t("pairing.shelf.scanHint")}
          <WholeText text={said.text} />
        </Outcome>
      );
    case "tag_in_use":
      return (
        <Outcome verdict="wrong" head={t(`pairing.shelf.inUse.${said.by.kind}`, { code: said.by.code })} testId="pair-said">
          <span className="code">{said.epc}</span> · {said.by.title}
          <br />
          {t("pairing.shelf.inUseHint")} {half.box && t("pairing.shelf.wantsTag", { code: half.box.code })}
        </Outcome>
      );
    case "undone":
      return (
        <Outcome verdict="unsure" head={t("pairing.shelf.undone")} testId="pair-said">
          {wanted}
        </Outcome>
      );
    case "failed":
      return (
        <Outcome verdict="wrong" head={t("pairing.shelf.failed")} testId="pair-said">
          {tagProblem(t, said.error)}
        </Outcome>
      );
  }
}

function WrongActs({ said, work }: { said: Extract<Said, { kind: "wrong_shelf" }>; work: Work }) {
  const { t } = useTranslation();
  return (
    <div className="row">
      <Button variant="default" size="lg" onClick={work.forget} data-testid="pair-leave">
        {t("pairing.shelf.leave")}
      </Button>
      <Button variant="default" size="lg" onClick={() => void work.pair(said.code, said.epc, true)} data-testid="pair-here">
        {t("pairing.shelf.here")}
      </Button>
    </div>
  );
}

type ChoiceProps = { room: string; value: AntennaRef | null; onChange: (antenna: AntennaRef | null) => void };

function AntennaChoice({ room, value, onChange }: ChoiceProps) {
  const { t } = useTranslation();
  const readers = useReaders(room).data?.readers ?? [];
  const all = readers.flatMap((reader) => reader.antennas.map((one) => ({ reader: reader.id, ...one })));
  if (all.length === 0) return null;
  const keyOf = (one: { reader: string; antenna: number }) => `${one.reader}/${one.antenna}`;
  const choose = (key: string) => {
    const found = all.find((one) => keyOf(one) === key);
    onChange(found ? { room, reader: found.reader, antenna: found.antenna } : null);
  };
  return (
    <NativeSelect
      size="md"
      maw={560}
      label={t("pairing.shelf.antenna")}
      value={value ? keyOf(value) : ""}
      onChange={(event) => choose(event.currentTarget.value)}
      data={[
        { value: "", label: t("pairing.shelf.antennaNone") },
        ...all.map((one) => ({
          value: keyOf(one),
          label: t("bench.antennaOf", { reader: one.reader, antenna: one.antenna, covers: coversWords(t, one) }),
        })),
      ]}
      data-testid="pair-antenna"
    />
  );
}

/** Tells which tags on the chosen antenna belong to nothing yet. */
function NewTags({ at, onTags }: { at: AntennaRef; onTags: (epcs: string[]) => void }) {
  useWatch(at);
  const tags = useBench(at).data?.tags ?? [];
  const epcs = tags.filter((one) => one.tag === "unknown").map((one) => one.epc);
  const key = epcs.join(" ");
  useEffect(() => onTags(key === "" ? [] : key.split(" ")), [key, onTags]);
  return null;
}
