/** Screens that load when first looked at. A part that is gone is said, never thrown, and nothing reloads by itself. */

import { Alert, Button } from "@mantine/core";
import { type ComponentType, type LazyExoticComponent, lazy } from "react";
import { useTranslation } from "react-i18next";
import { Icon } from "./icons";

/** Like React's `lazy`; a part that cannot be loaded becomes a panel with a button to reload. */
export function later<P extends object>(
  load: () => Promise<ComponentType<P>>,
): LazyExoticComponent<ComponentType<P>> {
  return lazy(async () => {
    try {
      return { default: await load() };
    } catch {
      return { default: (await isReplaced()) ? Replaced : Unloaded };
    }
  });
}

/** A new build names another entry in its index page than the one that runs here. */
async function isReplaced(): Promise<boolean> {
  const own = document.querySelector<HTMLScriptElement>("script[type=module][src]")?.getAttribute("src");
  try {
    const answer = await fetch("/", { cache: "no-store" });
    return answer.ok && !!own && !(await answer.text()).includes(own);
  } catch {
    return false;
  }
}

const Replaced = () => <Reload why="replaced" />;
const Unloaded = () => <Reload why="unloaded" />;

function Reload({ why }: { why: "replaced" | "unloaded" }) {
  const { t } = useTranslation();
  return (
    <Alert
      color={why === "replaced" ? "blue" : "red"}
      variant="light"
      m="md"
      icon={<Icon name="alert" />}
      title={t(`common.part.${why}`)}
      role="alert"
      data-testid={`part-${why}`}
    >
      <div className="row spread">
        <span>{t(`common.part.${why}Long`)}</span>
        <Button onClick={() => window.location.reload()} data-testid="reload">
          {t("common.do.reload")}
        </Button>
      </div>
    </Alert>
  );
}
