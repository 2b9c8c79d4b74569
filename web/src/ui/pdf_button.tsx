import { Button } from '@mantine/core';
import { IconFileTypePdf } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { download } from '../api/client.ts';
import { ErrorNote } from './states.tsx';

/** Saves the PDF of a document, `name` without its ending. */
export function PdfButton({ location, name }: { location: string; name: string }) {
  const pdf = useMutation({ mutationFn: () => download(location, `${name}.pdf`) });
  return (
    <>
      <Button variant="default" leftSection={<IconFileTypePdf size={16} aria-hidden />} loading={pdf.isPending} onClick={() => pdf.mutate()}>
        PDF
      </Button>
      <ErrorNote error={pdf.error} />
    </>
  );
}
