/** Pair a tag with a box, a file or a shelf; a tag that it has already is replaced, with a reason. */

import { Button, NativeSelect } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { call } from "../api/client";
import { TAG_KEYS, useTag } from "../api/tagQueries";
import type { Bearer } from "../api/types";
import { Failure } from "../scan/Failure";
import { Icon } from "../ui/icons";
import { useTell } from "../ui/Tell";
import { useTagOf } from "./useTagOf";

const REASONS = ["lost", "broken", "unreadable", "moved", "other"] as const;

export function PairForm({ epc, item, onDone }: { epc: string; item: Bearer; onDone: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const tell = useTell();
  const own = useTag(epc).data;
  const current = useTagOf(item);
  const [reason, setReason] = useState<(typeof REASONS)[number]>("lost");
  const replaces = current !== null && current !== epc;
  const pair = useMutation({
    mutationFn: () =>
      call("POST", "/tags", {
        body: { epc, item: { kind: item.kind, code: item.code }, ...(replaces && { reason: t(`bench.reasons.${reason}`) }) },
      }),
    onSuccess: () => {
      tell(t("bench.paired", { epc, code: item.code }));
      onDone();
    },
    onSettled: () => {
      for (const key of TAG_KEYS) void client.invalidateQueries({ queryKey: [key] });
    },
  });
  if (current === epc || (own?.item?.code === item.code && own.until === null)) {
    return <p data-testid="already-paired">{t("bench.alreadyPaired", { code: item.code })}</p>;
  }
  return (
    <div className="form">
      {replaces && (
        <>
          <p data-testid="replaces">{t("bench.itemHasTag", { code: item.code, epc: current })}</p>
          <NativeSelect
            size="md"
            label={t("bench.reason")}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value as typeof reason)}
            data={REASONS.map((one) => ({ value: one, label: t(`bench.reasons.${one}`) }))}
            data-testid="replace-reason"
          />
        </>
      )}
      <Button
        size="lg"
        leftSection={<Icon name={replaces ? "swap" : "pair"} />}
        loading={pair.isPending}
        onClick={() => pair.mutate()}
        data-testid="pair"
      >
        {t(replaces ? "bench.replace" : "bench.pair")}
      </Button>
      <Failure error={pair.error} />
    </div>
  );
}
