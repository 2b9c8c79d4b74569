import { useMantineColorScheme } from '@mantine/core';
import { useOs } from '@mantine/hooks';
import { IconClock, IconDeviceDesktop, IconKey, IconLogout, IconMoon, IconSearch, IconSun } from '@tabler/icons-react';
import { Link, NavLink } from 'react-router';
import { useClock } from '../api/clock.tsx';
import { request } from '../api/client.ts';
import { useAction } from '../api/queries.ts';
import { type Scope, session, standsAlone, useMay, useMe } from '../api/session.ts';
import { sayActor } from '../lib/audit.ts';
import { formatDay } from '../lib/time.ts';
import { Logo } from './logo.tsx';
import classes from './navigation.module.css';
import { rooms } from './routes.tsx';

export function Navigation({ search, leave }: { search: () => void; leave: () => void }) {
  const mac = useOs() === 'macos';
  const may = useMay();
  return (
    <div className={classes.column}>
      <Link to="/" className={classes.brand} aria-label="Billing, to the overview">
        <Logo />
      </Link>
      <button
        type="button"
        className={classes.search}
        onClick={() => {
          leave();
          search();
        }}
      >
        <IconSearch size={16} aria-hidden />
        <span>Search</span>
        <kbd>{mac ? '⌘' : 'Ctrl'} K</kbd>
      </button>
      <nav aria-label="Main" className={classes.links}>
        {rooms.map(({ path, nav }) =>
          nav && may(nav.scope ?? 'read') ? (
            <NavLink key={path} to={path} end={path === '/'} className={classes.link} onClick={leave}>
              <nav.icon size={18} stroke={1.6} />
              {nav.label}
            </NavLink>
          ) : null,
        )}
      </nav>
      <div className={classes.foot}>
        <SimulatedClock />
        <SchemeSwitch />
        <SignedIn />
      </div>
    </div>
  );
}

/** With a simulated clock nobody should take the dates for today's. */
function SimulatedClock() {
  const { now, simulated } = useClock();
  if (!simulated) return null;
  return (
    <Link to="/system" className={classes.clock} title="The clock is simulated: it stands still until it is moved">
      <IconClock size={16} aria-hidden />
      <span>
        Simulated clock
        <strong>{formatDay(now.toISOString())}</strong>
      </span>
    </Link>
  );
}

const schemes = [['auto', 'As the system has it', IconDeviceDesktop], ['light', 'Light', IconSun], ['dark', 'Dark', IconMoon]] as const;

function SchemeSwitch() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <div role="group" aria-label="Theme" className={classes.schemes}>
      {schemes.map(([scheme, label, Icon]) => (
        <button key={scheme} type="button" aria-label={label} title={label} aria-pressed={colorScheme === scheme} onClick={() => setColorScheme(scheme)}>
          <Icon size={16} stroke={1.6} aria-hidden />
        </button>
      ))}
    </div>
  );
}

/** Who is signed in, and what they may do. Without keys nobody is. */
function SignedIn() {
  const me = useMe();
  const signOut = useAction(async () => void (standsAlone || (await request('DELETE', '/session'))), () => session.askFor());
  if (!me?.keys) return null;
  return (
    <>
      <p className={classes.who}>
        <IconKey size={18} stroke={1.6} aria-hidden />
        <span>
          {sayActor(me.actor)}
          <small>{allowed[me.scope]}</small>
        </span>
      </p>
      <button type="button" className={classes.link} onClick={() => signOut.mutate(null)}>
        <IconLogout size={18} stroke={1.6} aria-hidden />
        Sign out
      </button>
    </>
  );
}

const allowed: Record<Scope, string> = { read: 'may only read', write: 'may write', admin: 'may do everything' };
