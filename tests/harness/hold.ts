/** A place in the middle of what a server does: what is about to be written there waits, until the test has done what it wants to do meanwhile. */

import type { Server } from './server.ts'
import { until } from './until.ts'

/** Held: what comes here waits. */
const closed = 4711
/** Of each that waits: by a lock it would meet the limit for locks. */
const waits = 4712

export class Hold {
  private constructor(
    private readonly server: Server,
    private readonly table: string,
    private readonly holder: Promise<unknown>,
  ) {}

  /** Before a row of `table` is written of which `becomes` holds (`NEW.status = 'sent'`). One at a time. */
  static async before(server: Server, statement: 'INSERT' | 'UPDATE', table: string, becomes: string): Promise<Hold> {
    await run(
      server,
      `CREATE FUNCTION test_wait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         PERFORM pg_advisory_xact_lock_shared(${waits});
         WHILE NOT pg_try_advisory_xact_lock_shared(${closed}) LOOP PERFORM pg_sleep(0.02); END LOOP;
         RETURN NEW;
       END $$;
       CREATE TRIGGER test_wait BEFORE ${statement} ON ${table} FOR EACH ROW WHEN (${becomes}) EXECUTE FUNCTION test_wait()`,
    )
    const hold = new Hold(server, table, server.sql(`SELECT pg_advisory_lock(${closed}), pg_sleep(3600)`))
    await until('it is held', async () => (await hold.sessions(closed)) > 0)
    return hold
  }

  /** Until something waits here. */
  async reached(): Promise<void> {
    await until(`something is about to be written to ${this.table}`, async () => (await this.sessions(waits)) > 0)
  }
  /** What waits is not written: it would be, though whoever asked for it is gone. */
  async drop(): Promise<void> {
    await this.end(waits)
    await this.release()
  }
  /** What waits goes on. */
  async release(): Promise<void> {
    await this.end(closed)
    await this.holder
    await run(this.server, `DROP TRIGGER test_wait ON ${this.table}; DROP FUNCTION test_wait`)
  }

  private locks(key: number): string {
    return `FROM pg_locks WHERE locktype = 'advisory' AND objid = ${key} AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`
  }
  private async sessions(key: number): Promise<number> {
    return Number(await run(this.server, `SELECT count(*) ${this.locks(key)}`))
  }
  private async end(key: number): Promise<void> {
    await run(this.server, `SELECT pg_terminate_backend(pid, 10000) ${this.locks(key)}`)
  }
}

async function run(server: Server, statement: string): Promise<string> {
  const { stdout, stderr } = await server.sql(statement)
  if (stderr) throw new Error(`${statement}: ${stderr}`)
  return stdout.trim()
}
