import { Button, Group, Modal, Stack } from '@mantine/core';
import { CopyId } from '../ui/copy_id.tsx';

/** Shows a secret, which nothing shows again. */
export function SecretDialog({ secret, close }: { secret: string | null; close: () => void }) {
  return (
    <Modal opened={secret !== null} onClose={close} title="The endpoint’s secret" closeOnClickOutside={false} size="34rem">
      <Stack gap="md">
        <p style={{ margin: 0, fontSize: '0.875rem' }}>Your application verifies each delivery with it, by a library of Standard Webhooks. Copy it now: it is not shown again.</p>
        {secret && <CopyId id={secret} />}
        <Group justify="flex-end">
          <Button onClick={close}>I have copied it</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
