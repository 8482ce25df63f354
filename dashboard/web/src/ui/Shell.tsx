/** The frame of the page: menu, what the link does, language, account; and the bar that stops. */

import { Burger, Button, Menu, NativeSelect } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { NavLink, useLocation, useNavigate } from "react-router";
import { isDoorLeft, standingOf } from "../alarms/alarm";
import { AlarmBell } from "../alarms/AlarmBell";
import { call } from "../api/client";
import { useAlarms, useTurns } from "../api/steelQueries";
import { useLive, useRooms, useSession } from "../api/queries";
import type { Session } from "../api/types";
import { languageNow } from "../i18n/format";
import { useMe } from "../people/useMe";
import { isPerson } from "../people/who";
import { ChangePassword } from "../people/ChangePassword";
import { useMay } from "../people/may";
import { MotionBar } from "../room/MotionBar";
import { useRoomChoice } from "../room/RoomChoice";
import { Icon } from "./icons";
import { LanguageSwitch } from "./LanguageSwitch";
import { FireBanner, LinkBanner, LinkPill } from "./LinkState";
import { later } from "./later";
import { type Screen, screensFor } from "./screens";
import css from "./shell.module.css";
import { useScheme } from "./useScheme";

const ProgramBanner = later(() => import("../shelving/ProgramBanner").then((part) => part.ProgramBanner));
const LeftBanner = later(() => import("../doors/DoorBanner").then((part) => part.LeftBanner));
const SoundingBanner = later(() => import("../doors/DoorBanner").then((part) => part.SoundingBanner));
const TurnBanner = later(() => import("../turns/TurnBanner").then((part) => part.TurnBanner));

export function Shell({ user, children }: { user: NonNullable<Session["user"]>; children: ReactNode }) {
  const { t } = useTranslation();
  const may = useMay();
  const { room } = useRoomChoice();
  const [menuOpen, menu] = useDisclosure(false);
  const watches = may("live.read");
  return (
    <div className={css.shell}>
      <a className={css.skip} href="#content">
        {t("common.skip")}
      </a>
      <header className={css.header}>
        <Burger
          className={css.burger}
          opened={menuOpen}
          onClick={menu.toggle}
          aria-label={t("common.nav.label")}
          aria-expanded={menuOpen}
        />
        <span className={css.brand}>
          <img src="/icon.svg" width={30} height={30} alt="" />
          <span>{t("common.tagline")}</span>
        </span>
        <nav className={css.nav} aria-label={t("common.nav.label")} data-open={menuOpen || undefined}>
          {screensFor(may).map((screen) => (
            <MenuLink key={screen.to} screen={screen} onClick={menu.close} />
          ))}
        </nav>
        <div className={css.right}>
          {watches && <Simulated room={room} />}
          {watches && <RoomSelect />}
          {watches && <LinkPill room={room} />}
          {may("alarm.read") && <AlarmBell />}
          <LanguageSwitch signedIn />
          <Account user={user} />
        </div>
      </header>
      {watches && <FireBanner room={room} />}
      {watches && <LinkBanner room={room} />}
      {watches && <MotionBar room={room} mayStop={may("motion.stop")} />}
      {watches && room && <ProgramUnderWay room={room} />}
      {may("alarm.read") && <LeftByADoor room={watches ? room : undefined} />}
      {may("aisle.open") && may("request.read") && room && <OwnTurn room={room} />}
      <main id="content" className={css.main} tabIndex={-1}>
        {children}
      </main>
    </div>
  );
}

function MenuLink({ screen, onClick }: { screen: Screen; onClick: () => void }) {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const within = screen.also?.some((one) => pathname === one || pathname.startsWith(`${one}/`));
  return (
    <NavLink
      to={screen.to}
      end={screen.to === "/"}
      className={`${css.link}${within ? " active" : ""}`}
      onClick={onClick}
      data-testid={`nav-${screen.name}`}
    >
      <Icon name={screen.icon} size={19} />
      {t(`common.nav.${screen.name}`)}
    </NavLink>
  );
}

/** Warns on every screen but the room's own, which says it first, that all banks are about to move, or do. */
function ProgramUnderWay({ room }: { room: string }) {
  const { pathname } = useLocation();
  const program = useLive(room).data?.room?.program;
  if (pathname === "/" || pathname === "/room" || (program?.status !== "warning" && program?.status !== "running")) return null;
  return (
    <Suspense>
      <ProgramBanner room={room} program={program} />
    </Suspense>
  );
}

/** Tells on every screen that something was carried out of a door without a loan, or that a door sounds. */
function LeftByADoor({ room }: { room: string | undefined }) {
  const alarms = useAlarms("open");
  const left = (alarms.data?.alarms ?? []).filter((one) => isDoorLeft(one) && standingOf(one) === "unacknowledged");
  if (left.length === 0 && room === undefined) return null;
  return (
    <Suspense>
      {left.length > 0 ? <LeftBanner alarms={left} /> : room !== undefined && <SoundingBanner room={room} />}
    </Suspense>
  );
}

/** Says on every screen but those that say it themselves that it is one's turn. */
function OwnTurn({ room }: { room: string }) {
  const me = useMe();
  const { pathname } = useLocation();
  const turns = useTurns(room);
  const isTold = pathname.startsWith("/requests") || pathname.startsWith("/shelving");
  const offered = turns.data?.turns.some((one) => isPerson(one.user, me) && one.status === "offered");
  if (isTold || !offered) return null;
  return (
    <Suspense>
      <TurnBanner room={room} />
    </Suspense>
  );
}

function Simulated({ room }: { room: string | undefined }) {
  const { t } = useTranslation();
  const live = useLive(room);
  if (!live.data?.banks.some((bank) => bank.simulated)) return null;
  return (
    <span className={css.simulated} title={t("common.simulatedLong")} data-testid="simulated">
      {t("common.simulated")}
    </span>
  );
}

function RoomSelect() {
  const { t } = useTranslation();
  const { room, choose } = useRoomChoice();
  const { data } = useRooms();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  if (!data || data.rooms.length < 2) return null;
  const change = (next: string) => {
    choose(next);
    const ofRoom = /^\/(shelving|readers|bench|door)\//.exec(pathname);
    if (ofRoom) void navigate(`/${ofRoom[1]}/${next}`);
  };
  return (
    <NativeSelect
      className={css.roomSelect}
      size="md"
      aria-label={t("common.nav.room")}
      value={room}
      onChange={(event) => change(event.currentTarget.value)}
      data={data.rooms.map((one) => ({ value: one.room, label: one.name[languageNow()] }))}
      data-testid="room-select"
    />
  );
}

function Account({ user }: { user: NonNullable<Session["user"]> }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [changing, change] = useDisclosure(false);
  const site = useSession().data?.site;
  const { scheme, choose } = useScheme();
  const other = scheme === "dark" ? "light" : "dark";
  const signOut = useMutation({
    mutationFn: () => call("DELETE", "/session"),
    onSettled: () => {
      client.clear();
      window.location.assign("/");
    },
  });
  return (
    <>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <Button
            variant="default"
            leftSection={<Icon name="person" />}
            rightSection={<Icon name="chevron" size={16} />}
            data-testid="account-menu"
          >
            <span className={css.userName}>{user.name}</span>
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>
            {user.name} · {t(`people.post.${user.post}`)}
          </Menu.Label>
          {site && (
            <Menu.Label data-testid="site-time">
              {t("common.siteTime", { site: site.name[languageNow()], zone: site.time_zone })}
            </Menu.Label>
          )}
          <Menu.Item
            className={css.menuItem}
            leftSection={<Icon name={scheme === "dark" ? "wake" : "sleep"} />}
            onClick={() => choose(other)}
            data-testid="scheme-switch"
          >
            {t(`common.scheme.${other}`)}
          </Menu.Item>
          <Menu.Item className={css.menuItem} leftSection={<Icon name="key" />} onClick={change.open} data-testid="password-open">
            {t("people.password.title")}
          </Menu.Item>
          <Menu.Item
            className={css.menuItem}
            leftSection={<Icon name="out" />}
            onClick={() => signOut.mutate()}
            data-testid="sign-out"
          >
            {t("people.signIn.signOut")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <ChangePassword opened={changing} onClose={change.close} />
    </>
  );
}
