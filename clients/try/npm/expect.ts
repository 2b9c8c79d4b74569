/** What each generator's client must give: the flow of the README, to the cent. */

export const url = process.env.BILLING_URL!
export const email = (name: string) => `${name}-${Date.now().toString(36)}@example.com`

export function same(what: string, got: unknown, wanted: unknown): void {
  if (JSON.stringify(got) !== JSON.stringify(wanted)) throw new Error(`${what}: ${JSON.stringify(got)} instead of ${JSON.stringify(wanted)}`)
}

type Line =
  | { kind: 'base'; explanation: { days: number; of_days: number } }
  | { kind: 'usage'; metric: string; explanation: { billable: number } }
  | { kind: 'minimum' }
  | { kind: 'item' }

/** Each kind of line, told apart by `kind`. */
export function explained(lines: Line[]): unknown[] {
  return lines.map((line) => {
    if (line.kind === 'base') return line.explanation.days === line.explanation.of_days
    return line.kind === 'usage' ? [line.metric, line.explanation.billable] : null
  })
}
export const wantedLines = [true, ['api_calls', 20000]]
