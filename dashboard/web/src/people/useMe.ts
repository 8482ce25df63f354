import { useSession } from "../api/queries";
import type { Person } from "../api/types";

const NOBODY: Person = { id: "", name: "" };

/** Who is signed in; nobody while that is not known. */
export function useMe(): Person {
  return useSession().data?.user ?? NOBODY;
}
