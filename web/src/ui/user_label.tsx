import { Skeleton } from '@mantine/core';
import { Link } from 'react-router';
import { useUserOf } from '../api/users.ts';

/** The address of the user with this id; `link` leads to the user's page. */
export function UserLabel({ id, link = false }: { id: string; link?: boolean }) {
  const { data: user, isPending } = useUserOf(id);
  const short = `${id.slice(0, 8)}…`;
  if (isPending) return <><span className="sr-only">{short}</span><Skeleton component="span" height={12} width={140} display="inline-block" /></>;
  const label = user?.email ?? short;
  return link ? <Link to={`/users/${id}`}>{label}</Link> : <span title={id}>{label}</span>;
}
