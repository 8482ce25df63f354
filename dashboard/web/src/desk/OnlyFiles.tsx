/** Choose the files that leave while their box stays. */

import { Button, Checkbox } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useBox } from "../api/queries";
import type { Box } from "../api/types";
import { handable } from "../boxes/items";
import { Answer, Empty } from "../ui/Feedback";

type OnlyFilesProps = { code: string; onTake: (box: Box, codes: string[]) => void; onClose: () => void };

export function OnlyFiles({ code, onTake, onClose }: OnlyFilesProps) {
  const { t } = useTranslation();
  const box = useBox(code);
  const [codes, setCodes] = useState<string[]>([]);
  return (
    <div className="form" data-testid="only-files">
      <p className="muted">{t("desk.onlyFilesLong")}</p>
      <Answer of={box}>
        {(data) => {
          const { files } = handable(data);
          if (files.length === 0) return <Empty>{t("desk.noFiles")}</Empty>;
          return (
            <>
              <Checkbox.Group value={codes} onChange={setCodes} aria-label={t("desk.onlyFiles")}>
                {files.map((file) => (
                  <Checkbox
                    key={file.code}
                    size="md"
                    my={10}
                    value={file.code}
                    label={
                      <>
                        {file.household && <strong>{file.household.head} </strong>}
                        {file.title} <span className="code muted">{file.code}</span>
                      </>
                    }
                    data-testid={`only-${file.code}`}
                  />
                ))}
              </Checkbox.Group>
              <div className="form-actions">
                <Button variant="default" onClick={onClose}>
                  {t("common.do.cancel")}
                </Button>
                <Button disabled={codes.length === 0} onClick={() => onTake(data, codes)} data-testid="only-files-take">
                  {t("desk.onlyFilesTake")}
                </Button>
              </div>
            </>
          );
        }}
      </Answer>
    </div>
  );
}
