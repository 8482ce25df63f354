/** The search field and its results: a combobox that works from the keyboard alone. */

import { ActionIcon, TextInput } from "@mantine/core";
import { type KeyboardEvent, type ReactNode, type RefObject, useEffect, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearch } from "../api/queries";
import type { Hit, SearchAnswer } from "../api/types";
import { Failed } from "../ui/Feedback";
import { Icon } from "../ui/icons";
import css from "./find.module.css";
import { HitRow } from "./HitRow";
import { useDebounced } from "./useDebounced";

/** Long enough to take what comes in one go, such as a scanner's keys, as one; too short to notice. */
const SETTLED_MS = 10;

/** What an input method has not yet turned into characters is shown, but not searched for. */
export function SearchBox({ onSelect, children }: SearchBoxProps) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const composing = useRef(false);
  const [typed, setTyped] = useState("");
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  const listId = useId();
  const wanted = useDebounced(typed.trim(), SETTLED_MS);
  const search = useSearch(wanted);
  const hits = wanted === "" ? [] : (search.data?.hits ?? []);
  const shown = open && typed.trim() !== "";
  useSlashFocuses(input);

  const write = (next: string) => {
    setText(next);
    if (!composing.current) setTyped(next);
  };
  const choose = (hit: Hit | undefined) => {
    if (!hit) return;
    onSelect(hit);
    setOpen(false);
    input.current?.select();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      setOpen(true);
      if (shown) setActive(Math.min(hits.length - 1, Math.max(0, active + step)));
    } else if (event.key === "Enter" && shown) {
      event.preventDefault();
      if (search.data?.query === wanted && wanted === text.trim()) choose(hits[active]);
    } else if (event.key === "/" && text === "") {
      event.preventDefault();
    } else if (event.key === "Escape") {
      if (shown) setOpen(false);
      else write("");
    }
  };
  return (
    <div className={css.search}>
      <TextInput
        ref={input}
        size="lg"
        autoFocus
        role="combobox"
        aria-label={t("find.title")}
        aria-expanded={shown}
        aria-controls={listId}
        aria-autocomplete="list"
        {...(shown && hits.length > 0 ? { "aria-activedescendant": `${listId}-${active}` } : {})}
        placeholder={t("find.placeholder")}
        autoComplete="off"
        spellCheck={false}
        value={text}
        leftSection={<Icon name="search" size={22} />}
        rightSectionWidth={48}
        rightSection={
          text !== "" && (
            <ActionIcon
              variant="subtle"
              color="gray"
              size={44}
              aria-label={t("find.clear")}
              onClick={() => {
                write("");
                input.current?.focus();
              }}
            >
              <Icon name="close" />
            </ActionIcon>
          )
        }
        onChange={(event) => {
          write(event.currentTarget.value);
          setActive(0);
          setOpen(true);
        }}
        onCompositionStart={() => {
          composing.current = true;
        }}
        onCompositionEnd={(event) => {
          composing.current = false;
          write(event.currentTarget.value);
        }}
        onFocus={() => setOpen(true)}
        onKeyDown={onKeyDown}
        data-testid="search-input"
      />
      <p className={css.hint}>{t("find.hint")}</p>
      <div
        id={listId}
        role="listbox"
        aria-label={t("find.listLabel")}
        className={css.hits}
        hidden={!shown}
        data-old={search.isPlaceholderData || undefined}
      >
        {hits.map((hit, index) => (
          <HitRow
            key={`${hit.kind}-${hit.code}`}
            id={`${listId}-${index}`}
            hit={hit}
            query={wanted}
            active={index === active}
            onPoint={() => setActive(index)}
            onChoose={() => choose(hit)}
          />
        ))}
      </div>
      {shown ? (
        <Outcome text={wanted} answer={search.data} error={search.error} retry={search.refetch} />
      ) : (
        children
      )}
    </div>
  );
}

type SearchBoxProps = {
  onSelect: (hit: Hit) => void;
  /** What stands below the field while no results are shown. */
  children: ReactNode;
};

function Outcome({ text, answer, error, retry }: OutcomeProps) {
  const { t } = useTranslation();
  if (error) return <Failed error={error} retry={() => void retry()} />;
  if (!answer || text === "") {
    return (
      <p className={css.outcome} role="status">
        {t("find.searching")}
      </p>
    );
  }
  const count = answer.hits.length;
  return (
    <div className={css.outcome} role="status" data-testid="search-outcome">
      {count === 0 && (
        <>
          <strong>{t("find.none", { text })}</strong>
          <p>{t("find.noneHint")}</p>
        </>
      )}
      {count > 0 && (answer.more ? t("find.countMore", { count }) : t("find.count", { count }))}
    </div>
  );
}

type OutcomeProps = {
  text: string;
  answer: SearchAnswer | undefined;
  error: unknown;
  retry: () => unknown;
};

/** Pressing / anywhere outside a field goes to the search; the empty search itself takes none. */
function useSlashFocuses(input: RefObject<HTMLInputElement | null>) {
  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent) => {
      const at = event.target as HTMLElement;
      if (event.key !== "/" || event.ctrlKey || event.metaKey || at.closest("input, textarea, select")) return;
      event.preventDefault();
      input.current?.focus();
      input.current?.select();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [input]);
}
