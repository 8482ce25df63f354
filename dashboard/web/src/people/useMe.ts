import { useSession } from "../api/queries";

/** The id of who is signed in; empty while that is not known. */
export function useMe(): string {
  return useSession().data?.user?.id ?? "";
}
