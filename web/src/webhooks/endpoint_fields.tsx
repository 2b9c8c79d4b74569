import { Stack, TextInput } from '@mantine/core';

export type EndpointFields = { url: string; types: string; description: string };
export const blankEndpoint: EndpointFields = { url: '', types: '', description: '' };

type Props = { fields: EndpointFields; set: (changes: Partial<EndpointFields>) => void; at: (pointer: string) => string | undefined };

/** Where to, what, and a word for whoever reads the list. */
export function EndpointFieldsForm({ fields, set, at }: Props) {
  return (
    <Stack gap="md">
      <TextInput label="URL" placeholder="https://example.com/webhooks" inputMode="url" maxLength={2000} value={fields.url} onChange={(event) => set({ url: event.currentTarget.value })} error={at('/url')} required data-autofocus />
      <TextInput label="Events" placeholder="invoice.*, payment.failed" description="Types, separated by commas; invoice.* is all of a kind. Empty for every event." value={fields.types} onChange={(event) => set({ types: event.currentTarget.value })} error={at('/types')} />
      <TextInput label="Description" placeholder="Our shop" maxLength={500} value={fields.description} onChange={(event) => set({ description: event.currentTarget.value })} error={at('/description')} />
    </Stack>
  );
}
