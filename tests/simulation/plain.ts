import { Answer, Api, type Options } from '../harness/client.ts'
import { send } from '../harness/http.ts'
import { toJson } from '../harness/json.ts'

/** The API without the contract: the API's tests hold each kind of answer to it, here are so many that holding them costs more than making them. */
export class PlainApi extends Api {
  constructor(private readonly at: { origin: string }) {
    super(at)
  }
  override async raw<T = unknown>(method: string, path: string, options: Options = {}): Promise<Answer<T>> {
    const query = Object.entries(options.query ?? {}).filter(([, value]) => value !== undefined)
    const target = path + (query.length > 0 ? `?${query.map(([n, v]) => `${n}=${encodeURIComponent(String(v))}`).join('&')}` : '')
    const body = options.body === undefined ? {} : { body: toJson(options.body), headers: { 'Content-Type': 'application/json' } }
    return new Answer<T>(`${method} ${target}`, await send(this.at.origin, { method, path: target, ...body }))
  }
}
