/** The second menu: the few pages that belong to one task, as links that break into lines. */

import { NavLink } from "react-router";
import { Icon, type IconName } from "./icons";
import css from "./subnav.module.css";

export type SubLink = { to: string; label: string; icon: IconName; testId: string; end?: boolean };

export function SubNav({ label, links }: { label: string; links: SubLink[] }) {
  if (links.length < 2) return null;
  return (
    <nav className={css.subnav} aria-label={label}>
      {links.map(({ to, label: words, icon, testId, end }) => (
        <NavLink key={to} to={to} end={end ?? false} data-testid={testId}>
          <Icon name={icon} size={18} />
          {words}
        </NavLink>
      ))}
    </nav>
  );
}
