import { useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { useOs } from '@mantine/hooks';
import { IconClock, IconLogout, IconMoon, IconSearch, IconSun } from '@tabler/icons-react';
import { Link, NavLink } from 'react-router';
import { useClock } from '../api/clock.ts';
import { apiKey, useApiKey } from '../api/key.ts';
import { formatDay } from '../lib/time.ts';
import { Logo } from './logo.tsx';
import classes from './navigation.module.css';
import { rooms } from './routes.tsx';

export function Navigation({ search, leave }: { search: () => void; leave: () => void }) {
  const mac = useOs() === 'macos';
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
          nav ? (
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
        <SignOut />
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

function SchemeSwitch() {
  const { setColorScheme } = useMantineColorScheme();
  const dark = useComputedColorScheme('light') === 'dark';
  return (
    <button type="button" className={classes.link} onClick={() => setColorScheme(dark ? 'light' : 'dark')}>
      {dark ? <IconSun size={18} stroke={1.6} aria-hidden /> : <IconMoon size={18} stroke={1.6} aria-hidden />}
      {dark ? 'Light mode' : 'Dark mode'}
    </button>
  );
}

function SignOut() {
  const { key } = useApiKey();
  if (key === null) return null;
  return (
    <button type="button" className={classes.link} onClick={() => apiKey.askFor()}>
      <IconLogout size={18} stroke={1.6} aria-hidden />
      Sign out
    </button>
  );
}
