import { useSession } from "../api/queries";

/** Say whether who is signed in holds a permission; the controller decides, this only hides. */
export function useMay(): (permission: string) => boolean {
  const { data } = useSession();
  const held = new Set(data?.user?.permissions);
  return (permission) => held.has(permission);
}
