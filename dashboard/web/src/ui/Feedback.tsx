/** What stands in place of content while it loads, when there is none, and when it failed. */

import { Alert, Button, Loader } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { problemWords } from "../i18n/codes";
import { Icon } from "./icons";

export function Loading() {
  const { t } = useTranslation();
  return (
    <div className="row panel-pad muted" role="status">
      <Loader size="sm" aria-hidden="true" /> {t("common.loading")}
    </div>
  );
}

export function Empty({ children }: { children?: ReactNode }) {
  const { t } = useTranslation();
  return <p className="empty muted">{children ?? t("common.empty")}</p>;
}

export function Failed({ error, retry }: { error: unknown; retry?: () => void }) {
  const { t } = useTranslation();
  return (
    <Alert
      color="red"
      variant="light"
      icon={<Icon name="alert" />}
      title={t("people.problem.title")}
      data-testid="problem"
      role="alert"
    >
      <div className="row spread">
        <span>{problemWords(t, error)}</span>
        {retry && (
          <Button variant="default" onClick={retry}>
            {t("common.do.retry")}
          </Button>
        )}
      </div>
    </Alert>
  );
}

type Asked<T> = { data: T | undefined; error: unknown; isPending: boolean; refetch: () => unknown };

/** Show a query's data, or why there is none; data that is there stays while it is asked again. */
export function Answer<T>({ of, children }: { of: Asked<T>; children: (data: T) => ReactNode }) {
  if (of.data !== undefined) return <>{children(of.data)}</>;
  if (of.error) return <Failed error={of.error} retry={() => void of.refetch()} />;
  return <Loading />;
}
