/** Which shelf one works on, in large words; or that one has to be scanned first. */

import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { languageNow } from "../i18n/format";
import { addressWords, parseAddress } from "../room/address";
import { Icon } from "../ui/icons";
import css from "./floor.module.css";

type ShelfHeadProps = { shelf: string | null; onOther: () => void };

export function ShelfHead({ shelf, onOther }: ShelfHeadProps) {
  const { t } = useTranslation();
  return (
    <div className={css.shelf} data-testid="shelf" data-shelf={shelf ?? ""}>
      <Icon name="shelving" size={34} />
      <div>
        <strong>{shelf ? shelfWords(shelf) : t("floor.noShelf")}</strong>
        {shelf && <div className="code muted">{shelf}</div>}
      </div>
      {shelf && (
        <Button variant="default" onClick={onOther} data-testid="shelf-other">
          {t("floor.otherShelf")}
        </Button>
      )}
    </div>
  );
}

/** A shelf in words; what is no address stays as it is. */
export function shelfWords(address: string): string {
  const parsed = parseAddress(address);
  return parsed ? addressWords(parsed, languageNow()) : address;
}
