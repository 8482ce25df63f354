/** The audit ledger, newest first, and having its chain verified. */

import { Alert, Button } from "@mantine/core";
import { useInfiniteQuery, useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { call } from "../api/client";
import { readAudit } from "../api/queries";
import type { AuditEntry, AuditVerdict } from "../api/types";
import { actWords, outcomeWords } from "../i18n/codes";
import { exactMoment } from "../i18n/format";
import { useMay } from "../people/may";
import { whoWords } from "../people/who";
import { Answer, Empty, Failed } from "../ui/Feedback";
import { Icon } from "../ui/icons";

export function AuditPage() {
  const { t } = useTranslation();
  const may = useMay();
  const audit = useInfiniteQuery({
    queryKey: ["audit"],
    queryFn: ({ pageParam }) => readAudit(pageParam),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (page) => (page.more ? page.entries.at(-1)?.seq : undefined),
  });
  return (
    <div className="page">
      <div className="row spread">
        <div>
          <h1>{t("people.audit.title")}</h1>
          <p className="muted">{t("people.audit.lead")}</p>
        </div>
        {may("audit.verify") && <Verify />}
      </div>
      <section className="panel panel-pad scroll-x" tabIndex={0} aria-label={t("people.audit.title")}>
        <Answer of={audit}>
          {(data) => <Entries entries={data.pages.flatMap((page) => page.entries)} />}
        </Answer>
        {audit.hasNextPage && (
          <Button
            variant="default"
            mt="sm"
            loading={audit.isFetchingNextPage}
            onClick={() => void audit.fetchNextPage()}
            data-testid="audit-more"
          >
            {t("common.do.more")}
          </Button>
        )}
      </section>
    </div>
  );
}

function Verify() {
  const { t } = useTranslation();
  const verify = useMutation({ mutationFn: () => call<AuditVerdict>("POST", "/audit/verify") });
  return (
    <div className="form">
      <Button
        leftSection={<Icon name="shield" />}
        loading={verify.isPending}
        onClick={() => verify.mutate()}
        data-testid="audit-verify"
      >
        {t("people.audit.verify")}
      </Button>
      {verify.isError && <Failed error={verify.error} />}
      {verify.data && (
        <Alert
          role="status"
          color={verify.data.whole ? "teal" : "red"}
          variant="light"
          icon={<Icon name={verify.data.whole ? "check" : "alert"} />}
          data-testid="audit-verdict"
        >
          {verify.data.whole
            ? t("people.audit.whole", { count: verify.data.entries })
            : t("people.audit.broken", { seq: verify.data.broken_seq ?? "?" })}
        </Alert>
      )}
    </div>
  );
}

function Entries({ entries }: { entries: AuditEntry[] }) {
  const { t } = useTranslation();
  if (entries.length === 0) return <Empty>{t("people.audit.none")}</Empty>;
  return (
    <table className="table" data-testid="audit">
      <thead>
        <tr>
          <th className="num">{t("people.audit.seq")}</th>
          <th>{t("people.audit.when")}</th>
          <th>{t("people.audit.who")}</th>
          <th>{t("people.audit.action")}</th>
          <th>{t("people.audit.subject")}</th>
          <th>{t("people.audit.outcome")}</th>
          <th>{t("people.audit.detail")}</th>
        </tr>
      </thead>
      <tbody>
        {entries.map((entry) => (
          <tr key={entry.seq}>
            <td className="num">{entry.seq}</td>
            <td className="nowrap">{exactMoment(entry.at)}</td>
            <td>{entry.actor_name ?? whoWords(t, entry.actor)}</td>
            <td className="nowrap" title={entry.action}>{actWords(t, entry.action)}</td>
            <td className={entry.subject_name === null ? "code" : ""}>{entry.subject_name ?? entry.subject}</td>
            <td className="nowrap" title={entry.outcome}>{outcomeWords(t, entry.outcome)}</td>
            <td className="code muted">{detailWords(entry.detail)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function detailWords(detail: AuditEntry["detail"]): string {
  return Object.entries(detail ?? {})
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}: ${typeof value === "object" ? JSON.stringify(value) : value}`)
    .join(", ");
}
