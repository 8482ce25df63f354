import { useMutation, useQueryClient } from "@tanstack/react-query";

/** Send a change of place; then everything that says where things are is asked again. */
export function useItemChange(send: (body: object) => Promise<unknown>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: send,
    onSuccess: () => {
      for (const key of ["box", "movements", "search", "face", "checkouts"]) {
        void client.invalidateQueries({ queryKey: [key] });
      }
    },
  });
}
