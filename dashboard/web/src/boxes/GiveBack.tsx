/** Take a box or file back: to the desk first, or straight to its home. */

import { Button, Radio } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { call } from "../api/client";
import type { Box } from "../api/types";
import { Dialog } from "../ui/Dialog";
import { Failed } from "../ui/Feedback";
import { Icon } from "../ui/icons";
import { useTell } from "../ui/Tell";
import { type Item, ItemChoice, itemKey } from "./ItemChoice";
import { firstItem, returnable } from "./items";
import { AddressWords } from "./PlaceLine";
import { useItemChange } from "./useItemChange";

export function GiveBack({ box, fileCode }: { box: Box; fileCode: string | null }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const first = firstItem(box, returnable(box), fileCode);
  return (
    <>
      <Button
        variant="default"
        px="sm"
        leftSection={<Icon name="giveBack" />}
        disabled={first === null}
        onClick={() => setOpen(true)}
        data-testid="return-open"
      >
        {t("work.giveBack.open")}
      </Button>
      {first && (
        <Dialog opened={open} onClose={() => setOpen(false)} title={t("work.giveBack.title")} size="lg">
          <GiveBackForm box={box} first={first} onDone={() => setOpen(false)} />
        </Dialog>
      )}
    </>
  );
}

function GiveBackForm({ box, first, onDone }: { box: Box; first: Item; onDone: () => void }) {
  const { t } = useTranslation();
  const tell = useTell();
  const [item, setItem] = useState(first);
  const [to, setTo] = useState<"desk" | "home">("desk");
  const change = useItemChange((body: object) => call("POST", "/returns", { body }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate(
      { ...item, to },
      {
        onSuccess: () => {
          tell(t("work.giveBack.done", { code: itemKey(item) }));
          onDone();
        },
      },
    );
  };
  return (
    <form onSubmit={submit} className="form" data-testid="return-form">
      <ItemChoice box={box} {...returnable(box)} value={item} label={t("work.giveBack.what")} onChange={setItem} />
      <Radio.Group
        label={t("work.giveBack.to")}
        value={to}
        onChange={(value) => setTo(value as "desk" | "home")}
      >
        <Radio size="md" my={10} value="desk" label={t("work.giveBack.desk")} data-testid="return-desk" />
        <Radio
          size="md"
          my={10}
          value="home"
          label={
            <>
              {t("work.giveBack.home")} {box.home && <AddressWords address={box.home.address} />}
            </>
          }
          data-testid="return-home"
        />
      </Radio.Group>
      {change.isError && <Failed error={change.error} />}
      <div className="form-actions">
        <Button variant="default" onClick={onDone}>
          {t("common.do.cancel")}
        </Button>
        <Button type="submit" loading={change.isPending} data-testid="return-submit">
          {t("work.giveBack.submit")}
        </Button>
      </div>
    </form>
  );
}
