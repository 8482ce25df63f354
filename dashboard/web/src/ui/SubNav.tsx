/** The second menu: the few pages that belong to one task, as links that break into lines. */

import { Link, useLocation } from "react-router";
import { Icon, type IconName } from "./icons";
import css from "./subnav.module.css";

export type SubLink = {
  to: string;
  /** Where the page stands if that is more than `to` and what lies below: also without its room. */
  under?: string;
  /** Whether what lies below belongs to other links. */
  alone?: boolean;
  label: string;
  icon: IconName;
  testId: string;
};

export function SubNav({ label, links }: { label: string; links: SubLink[] }) {
  const { pathname } = useLocation();
  if (links.length < 2) return null;
  return (
    <nav className={css.subnav} aria-label={label}>
      {links.map(({ to, under = to, alone, label: words, icon, testId }) => (
        <Link
          key={to}
          to={to}
          aria-current={(alone ? pathname === to : isWithin(pathname, under)) ? "page" : undefined}
          data-testid={testId}
        >
          <Icon name={icon} size={18} />
          {words}
        </Link>
      ))}
    </nav>
  );
}

const isWithin = (pathname: string, under: string) => pathname === under || pathname.startsWith(`${under}/`);
