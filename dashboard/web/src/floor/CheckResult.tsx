/** What a check of a shelf found: what is wrong first, what is right last. */

import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { ShelfChecked, TagItem } from "../api/types";
import { HomeWords, PlaceWords } from "../boxes/PlaceLine";
import { itemPath } from "../scan/item";
import { Typed } from "../scan/Typed";
import { Outcome } from "../scan/Outcome";
import { Icon, type IconName } from "../ui/icons";
import css from "./floor.module.css";
import { shelfWords } from "./ShelfHead";

type CheckResultProps = { shelf: string; checked: ShelfChecked; onNext: () => void };

export function CheckResult({ shelf, checked, onNext }: CheckResultProps) {
  const { t } = useTranslation();
  const { right, misplaced_here, missing, away, unknown } = checked;
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
      <Unknown texts={unknown} />
      <Group name="away" icon="person" boxes={away} />
      <Group name="right" icon="check" boxes={right} />
      <Button size="lg" onClick={onNext} autoFocus data-testid="check-next">
        {t("floor.check.again")}
      </Button>
    </section>
  );
}

type GroupProps = {
  name: "right" | "misplacedHere" | "missing" | "away";
  icon: IconName;
  boxes: TagItem[];
  hint?: string;
};

function Group({ name, icon, boxes, hint }: GroupProps) {
  const { t } = useTranslation();
  if (boxes.length === 0) return null;
  return (
    <div data-testid={`check-${name}`}>
      <h3 className={css.groupHead}>
        <Icon name={icon} size={22} /> {t(`floor.check.${name}`)} · {boxes.length}
      </h3>
      {hint && <p className="muted">{hint}</p>}
      <ul className={css.list}>
        {boxes.map((item) => (
          <li key={item.code} data-code={item.code}>
            <Link className="code" to={itemPath(item)}>
              {item.code}
            </Link>
            <span className={css.grow}>{item.title}</span>
            {name === "misplacedHere" && (
              <span>
                {t("floor.put.belongs")} <HomeWords address={item.home} />
              </span>
            )}
            {name === "away" && <PlaceWords place={item.place} />}
          </li>
        ))}
      </ul>
    </div>
  );
}

function Unknown({ texts }: { texts: string[] }) {
  const { t } = useTranslation();
  if (texts.length === 0) return null;
  return (
    <div data-testid="check-unknown">
      <h3 className={css.groupHead}>
        <Icon name="question" size={22} /> {t("floor.check.unknown")} · {texts.length}
      </h3>
      <ul className={css.list}>
        {texts.map((text) => (
          <li key={text}>
            <span className={css.grow}>
              <Typed text={text} />
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
