import { Api } from '../harness/client.ts'
import { send, type Received } from '../harness/http.ts'

/** The API without the contract: the API's tests hold each kind of answer to it, here are so many that holding them costs more than making them. */
export class PlainApi extends Api {
  constructor(private readonly at: { origin: string }) {
    super(at)
  }
  protected override exchange(method: string, path: string, headers: Record<string, string>, body: string | Buffer | undefined): Promise<Received> {
    return send(this.at.origin, { method, path, headers, body })
  }
}
