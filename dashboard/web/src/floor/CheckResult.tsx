/** What a check of a shelf found: what is wrong first, what is right last. */

import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { CheckedBox, ShelfChecked } from "../api/types";
import { AddressWords } from "../boxes/PlaceLine";
import { Outcome } from "../scan/Outcome";
import { Icon, type IconName } from "../ui/icons";
import css from "./floor.module.css";
import { shelfWords } from "./ShelfHead";

type CheckResultProps = { shelf: string; checked: ShelfChecked; onNext: () => void };

export function CheckResult({ shelf, checked, onNext }: CheckResultProps) {
  const { t } = useTranslation();
  const { right, misplaced_here, missing, unknown } = checked;
  const good = misplaced_here.length + missing.length + unknown.length === 0;
  return (
    <section className="panel panel-pad form" aria-labelledby="check-result" data-testid="check-result">
      <h2 id="check-result">{t("floor.check.result", { where: shelfWords(shelf) })}</h2>
      <Outcome
        verdict={good ? "ok" : "unsure"}
        head={
          good
            ? t("floor.check.allRight", { count: right.length })
            : t("floor.check.someWrong", {
                right: right.length,
                misplaced: misplaced_here.length,
                missing: missing.length,
                unknown: unknown.length,
              })
        }
      />
      <Group name="missing" icon="question" boxes={missing} hint={t("floor.check.missingLong")} />
      <Group name="misplacedHere" icon="swap" boxes={misplaced_here} />
      <Group name="unknown" icon="question" boxes={unknown.map((text) => ({ code: text, title: "" }))} plain />
      <Group name="right" icon="check" boxes={right} />
      <Button size="lg" onClick={onNext} autoFocus data-testid="check-next">
        {t("floor.check.again")}
      </Button>
    </section>
  );
}

type GroupProps = {
  name: "right" | "misplacedHere" | "missing" | "unknown";
  icon: IconName;
  boxes: CheckedBox[];
  hint?: string;
  plain?: boolean;
};

function Group({ name, icon, boxes, hint, plain = false }: GroupProps) {
  const { t } = useTranslation();
  if (boxes.length === 0) return null;
  return (
    <div data-testid={`check-${name}`}>
      <h3 className={css.groupHead}>
        <Icon name={icon} size={22} /> {t(`floor.check.${name}`)} · {boxes.length}
      </h3>
      {hint && <p className="muted">{hint}</p>}
      <ul className={css.list}>
        {boxes.map(({ code, title, home }) => (
          <li key={code} data-code={code}>
            {plain ? (
              <span className="code">{code}</span>
            ) : (
              <Link className="code" to={`/boxes/${encodeURIComponent(code)}`}>
                {code}
              </Link>
            )}
            <span className={css.grow}>{title}</span>
            {name === "misplacedHere" && home && <AddressWords address={home} />}
          </li>
        ))}
      </ul>
    </div>
  );
}
