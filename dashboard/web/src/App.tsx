/** Which page stands at which address, and what people see before they are signed in. */

import { Suspense } from "react";
import { useTranslation } from "react-i18next";
import { BrowserRouter, Navigate, Route, Routes, useLocation } from "react-router";
import { useSession } from "./api/queries";
import { FindPage } from "./find/FindPage";
import { LiveProvider } from "./live/LiveProvider";
import { useMay } from "./people/may";
import { Setup } from "./people/Setup";
import { SignIn } from "./people/SignIn";
import { RoomChoice } from "./room/RoomChoice";
import { Answer, Empty, Loading } from "./ui/Feedback";
import { later } from "./ui/later";
import { Shell } from "./ui/Shell";
import { homeOf } from "./ui/screens";
import { Tell } from "./ui/Tell";

const BoxPage = later(() => import("./boxes/BoxPage").then((page) => page.BoxPage));
const FilePage = later(() => import("./boxes/FilePage").then((page) => page.FilePage));
const DeskPage = later(() => import("./desk/DeskPage").then((page) => page.DeskPage));
const PutAwayPage = later(() => import("./floor/PutAwayPage").then((page) => page.PutAwayPage));
const ShelfCheckPage = later(() => import("./floor/ShelfCheckPage").then((page) => page.ShelfCheckPage));
const ListsPage = later(() => import("./lists/ListsPage").then((page) => page.ListsPage));
const PairingsPage = later(() => import("./pairing/PairingsPage").then((page) => page.PairingsPage));
const PairingPage = later(() => import("./pairing/PairingPage").then((page) => page.PairingPage));
const LabelsPage = later(() => import("./labels/LabelsPage").then((page) => page.LabelsPage));
const ReadersPage = later(() => import("./readers/ReadersPage").then((page) => page.ReadersPage));
const BenchPage = later(() => import("./bench/BenchPage").then((page) => page.BenchPage));
const DoorsPage = later(() => import("./doors/DoorsPage").then((page) => page.DoorsPage));
const ClimatePage = later(() => import("./climate/ClimatePage").then((page) => page.ClimatePage));
const FiguresPage = later(() => import("./climate/FiguresPage").then((page) => page.FiguresPage));
const CalibrationPage = later(() => import("./climate/CalibrationPage").then((page) => page.CalibrationPage));
const LoggersPage = later(() => import("./loggers/LoggersPage").then((page) => page.LoggersPage));
const BookPage = later(() => import("./book/BookPage").then((page) => page.BookPage));
const RequestsPage = later(() => import("./requests/RequestsPage").then((page) => page.RequestsPage));
const ShelvingPage = later(() => import("./shelving/ShelvingPage").then((page) => page.ShelvingPage));
const AlarmsPage = later(() => import("./alarms/AlarmsPage").then((page) => page.AlarmsPage));
const LoadPage = later(() => import("./alarms/LoadPage").then((page) => page.LoadPage));
const MaintenancePage = later(() => import("./alarms/MaintenancePage").then((page) => page.MaintenancePage));
const AlarmSettingsPage = later(() => import("./alarms/SettingsPage").then((page) => page.SettingsPage));
const LimitsPage = later(() => import("./limits/LimitsPage").then((page) => page.LimitsPage));
const ReplayPage = later(() => import("./replay/ReplayPage").then((page) => page.ReplayPage));
const UnitsPage = later(() => import("./units/UnitsPage").then((page) => page.UnitsPage));
const WallPage = later(() => import("./wall/WallPage").then((page) => page.WallPage));
const ImportsPage = later(() => import("./imports/ImportsPage").then((page) => page.ImportsPage));
const UsersPage = later(() => import("./people/UsersPage").then((page) => page.UsersPage));
const AuditPage = later(() => import("./audit/AuditPage").then((page) => page.AuditPage));

export function App() {
  const session = useSession();
  return (
    <Tell>
      <Answer of={session}>
        {(data) => {
          if (data.user) {
            return (
              <BrowserRouter>
                <SignedIn user={data.user} />
              </BrowserRouter>
            );
          }
          return data.setup_needed ? <Setup /> : <SignIn session={data} />;
        }}
      </Answer>
    </Tell>
  );
}

type SignedInProps = { user: NonNullable<NonNullable<ReturnType<typeof useSession>["data"]>["user"]> };

function SignedIn({ user }: SignedInProps) {
  const { t } = useTranslation();
  const may = useMay();
  const watches = may("live.read");
  return (
    <LiveProvider enabled={watches}>
      <RoomChoice>
        <Routes>
          <Route
            path="/wall/:room"
            element={
              <Suspense fallback={<Loading />}>
                {watches ? <WallPage /> : <Empty>{t("common.notPermitted")}</Empty>}
              </Suspense>
            }
          />
          <Route
            path="*"
            element={
              <Shell user={user}>
                <Suspense fallback={<Loading />}>
                  <Screens />
                </Suspense>
              </Shell>
            }
          />
        </Routes>
      </RoomChoice>
    </LiveProvider>
  );
}

/** What an address names goes along: a box that one person shows another, whose home is elsewhere. */
function Moved({ to, named = to }: { to: string; named?: string }) {
  const { search } = useLocation();
  return <Navigate to={search ? `${named}${search}` : to} replace />;
}

function Screens() {
  const { t } = useTranslation();
  const may = useMay();
  const home = homeOf(may);
  if (!home) return <Empty>{t("common.notPermitted")}</Empty>;
  const allowed = (permission: string, page: React.ReactNode) =>
    may(permission) ? page : <Empty>{t("common.notPermitted")}</Empty>;
  return (
    <Routes>
      <Route path="/" element={home === "/" ? <FindPage /> : <Moved to={home} named="/room" />} />
      <Route path="/room" element={home === "/" ? <Moved to="/" /> : allowed("room.read", <FindPage />)} />
      <Route path="/boxes/:code" element={allowed("box.read", <BoxPage />)} />
      <Route path="/files/:code" element={allowed("box.read", <FilePage />)} />
      <Route path="/desk" element={allowed("box.move", <DeskPage />)} />
      <Route path="/put-away" element={allowed("box.move", <PutAwayPage />)} />
      <Route path="/shelf-check" element={allowed("box.move", <ShelfCheckPage />)} />
      {["/lists", "/lists/:which"].map((path) => (
        <Route key={path} path={path} element={allowed("box.read", <ListsPage />)} />
      ))}
      <Route path="/pairings" element={allowed("tag.write", <PairingsPage />)} />
      <Route path="/pairings/:id" element={allowed("tag.write", <PairingPage />)} />
      <Route path="/labels" element={allowed("box.read", <LabelsPage />)} />
      {["/readers", "/readers/:room"].map((path) => (
        <Route key={path} path={path} element={allowed("live.read", <ReadersPage />)} />
      ))}
      {["/bench", "/bench/:room", "/bench/:room/:reader/:antenna"].map((path) => (
        <Route key={path} path={path} element={allowed("box.read", <BenchPage />)} />
      ))}
      {["/door", "/door/:room"].map((path) => (
        <Route key={path} path={path} element={allowed("live.read", <DoorsPage />)} />
      ))}
      {["/shelving", "/shelving/:room", "/shelving/:room/:bank"].map((path) => (
        <Route key={path} path={path} element={allowed("live.read", <ShelvingPage />)} />
      ))}
      <Route path="/alarms" element={allowed("alarm.read", <AlarmsPage />)} />
      <Route path="/alarm-load" element={allowed("alarm.read", <LoadPage />)} />
      <Route path="/maintenance" element={allowed("alarm.read", <MaintenancePage />)} />
      <Route path="/alarm-settings" element={allowed("alarm.manage", <AlarmSettingsPage />)} />
      {["/limits", "/limits/:id"].map((path) => (
        <Route key={path} path={path} element={allowed("climate.read", <LimitsPage />)} />
      ))}
      <Route path="/replay" element={allowed("climate.read", <ReplayPage />)} />
      <Route path="/units" element={allowed("climate.read", <UnitsPage />)} />
      <Route path="/climate" element={allowed("climate.read", <ClimatePage />)} />
      <Route path="/climate/figures" element={allowed("climate.read", <FiguresPage />)} />
      <Route path="/climate/calibration" element={allowed("climate.read", <CalibrationPage />)} />
      <Route path="/climate/loggers" element={allowed("climate.manage", <LoggersPage />)} />
      <Route path="/climate/book" element={allowed("climate.read", <BookPage />)} />
      <Route path="/requests" element={allowed("request.read", <RequestsPage />)} />
      <Route path="/imports" element={allowed("import.read", <ImportsPage />)} />
      <Route path="/users" element={allowed("people.read", <UsersPage />)} />
      <Route path="/audit" element={allowed("audit.read", <AuditPage />)} />
      <Route path="*" element={<Empty>{t("common.notFound")}</Empty>} />
    </Routes>
  );
}
