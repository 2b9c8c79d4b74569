import { Button } from '@mantine/core';
import { Link } from 'react-router';
import type { Schemas } from '../api/client.ts';
import { useList } from '../api/queries.ts';
import { Panel } from '../ui/page.tsx';
import { ErrorNote, Loading } from '../ui/states.tsx';
import { StatusBadge } from '../ui/status.tsx';
import { Exactly } from '../ui/time.tsx';
import classes from './emails.module.css';
import { sayKindOfMail } from './words.ts';

/** What the customer was told by mail, when, and what the mail server said. */
export function Emails({ userId }: { userId: string }) {
  const { rows, query } = useList('/emails', { query: { user_id: userId, limit: 5 } });
  return (
    <Panel title="E-mails">
      <ErrorNote error={query.error} />
      {!rows && !query.error && <Loading lines={2} />}
      {rows?.length === 0 && <p className={classes.quiet}>None was sent.</p>}
      {rows && rows.length > 0 && (
        <ul className={classes.list} aria-label="E-mails">
          {rows.map((email) => <One key={email.id} email={email} />)}
        </ul>
      )}
      {query.hasNextPage && (
        <Button variant="subtle" size="xs" mt="xs" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          Load older
        </Button>
      )}
    </Panel>
  );
}

function One({ email }: { email: Schemas['Email'] }) {
  const { user_id, invoice_id, subscription_id, subject, kind, status, sent_at, attempted_at, next_attempt_at, created_at, reply } = email;
  const what = subject ?? sayKindOfMail(kind);
  const to = invoice_id ? `/invoices/${user_id}/${invoice_id}` : subscription_id ? `/subscriptions/${subscription_id}` : null;
  return (
    <li>
      <div className={classes.head}>
        <span className={classes.what}>{to ? <Link to={to}>{what}</Link> : what}</span>
        <StatusBadge status={status === 'canceled' ? 'not_sent' : status} />
      </div>
      <p className={classes.note}>
        <Exactly at={sent_at ?? attempted_at ?? created_at} />
        {email.to !== null && `, to ${email.to}`}
      </p>
      {status !== 'sent' && reply !== null && <p className={classes.note}>{email.code === null ? reply : `The mail server said ${email.code}: ${reply}`}</p>}
      {next_attempt_at !== null && attempted_at !== null && (
        <p className={classes.note}>
          Next attempt <Exactly at={next_attempt_at} />
        </p>
      )}
    </li>
  );
}
