import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { download, locationOf } from '../api/client.ts';
import { standsAlone } from '../api/session.ts';
import { ErrorNote } from './states.tsx';

type Props = { path: string; query: Record<string, string | undefined>; name: string; label?: string };

/** Saves all of a list, with the page's filters, as a file for a spreadsheet. */
export function CsvButton({ path, query, name, label = 'Download CSV' }: Props) {
  const location = locationOf(path, { query: { ...query, format: 'csv' } });
  const looks = { variant: 'default', leftSection: <IconDownload size={16} aria-hidden /> } as const;
  // A plain link: the browser writes it to the disk as it comes, however long it is, and says when it breaks off.
  if (!standsAlone) {
    return (
      <Button {...looks} component="a" href={location} download>
        {label}
      </Button>
    );
  }
  return <Fetched location={location} name={name} label={label} looks={looks} />;
}

/** On an origin of its own a link would not carry the key: the page fetches it. */
function Fetched({ location, name, label, looks }: { location: string; name: string; label: string; looks: object }) {
  const file = useMutation({ mutationFn: () => download(location, `${name}.csv`) });
  return (
    <>
      <Button {...looks} loading={file.isPending} onClick={() => file.mutate()}>
        {label}
      </Button>
      <ErrorNote error={file.error} />
    </>
  );
}
