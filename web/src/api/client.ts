import { parseJson, toJson } from '../lib/int.ts';
import { heard } from './reachability.ts';
import type { components, paths } from './schema.d.ts';
import { session } from './session.ts';

export type Schemas = components['schemas'];

const origin = (import.meta.env.VITE_API_BASE ?? '').replace(/\/$/, '');

/** What the server refused (RFC 9457), or that it could not be reached (status 0). Its message is for a person. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  constructor(
    readonly status: number,
    /** "not_found", "email_taken", …: the problems that openapi.yaml lists */
    readonly type: string,
    detail: string,
    readonly errors: { pointer: string; detail: string }[] = [],
    readonly requestId: string | null = null,
  ) {
    super(detail);
  }

  /** What is wrong with one member ("/email"). */
  at(pointer: string): string | undefined {
    return this.errors.find((error) => error.pointer === pointer)?.detail;
  }
}

type Method = 'get' | 'post' | 'patch' | 'delete';
type Json<R> = R extends { content: { 'application/json': infer T } } ? T : never;
type Answers<O> = O extends { responses: infer R } ? { [S in keyof R & (200 | 201 | 202)]: Json<R[S]> }[keyof R & (200 | 201 | 202)] : never;
type With<M extends Method> = { [P in keyof paths]: paths[P] extends Record<M, { responses: unknown }> ? P : never }[keyof paths];
type Operation<P extends keyof paths, M extends Method> = paths[P] extends Record<M, infer O> ? O : never;
type Parameters<O> = O extends { parameters: { path: infer T } } ? { path: T } : { path?: undefined };
type Query<O> = O extends { parameters: { query?: infer T } } ? { query?: T } : { query?: undefined };
type Body<O> = O extends { requestBody: { content: { 'application/json': infer T } } } ? { body: T } : { body?: undefined };

export type GetPath = With<'get'>;
export type Got<P extends GetPath> = Answers<Operation<P, 'get'>>;
export type GetOptions<P extends GetPath> = Parameters<Operation<P, 'get'>> & Query<Operation<P, 'get'>>;
export type Sent<M extends 'post' | 'patch' | 'delete', P extends With<M>> = Answers<Operation<P, M>>;
export type SendOptions<M extends 'post' | 'patch' | 'delete', P extends With<M>> = Parameters<Operation<P, M>> & Query<Operation<P, M>> & Body<Operation<P, M>>;

/** The path with its parameters in it, and the query; parameters that are null, undefined or empty are left out. */
export function locationOf(path: string, options: { path?: unknown; query?: unknown } = {}): string {
  const parameters = (options.path ?? {}) as Record<string, string>;
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(parameters[name] ?? ''));
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries((options.query ?? {}) as Record<string, unknown>)) {
    if (value !== undefined && value !== null && value !== '') query.set(name, String(value));
  }
  return query.size > 0 ? `${filled}?${query}` : filled;
}

/** The next page's location out of a Link header. */
export function nextOf(link: string | null): string | null {
  return /<([^>]+)>;\s*rel="next"/.exec(link ?? '')?.[1] ?? null;
}

export async function get<P extends GetPath>(path: P, options: GetOptions<P>, signal?: AbortSignal): Promise<Got<P>> {
  return (await request('GET', locationOf(path, options), { signal })).body as Got<P>;
}

/** One page of a list, from a location that `locationOf` or the page before gave. */
export async function getPage<T>(location: string, signal?: AbortSignal): Promise<{ rows: T[]; next: string | null }> {
  const { body, response } = await request('GET', location, { signal });
  return { rows: body as T[], next: nextOf(response.headers.get('Link')) };
}

export function post<P extends With<'post'>>(path: P, options: SendOptions<'post', P>, idempotencyKey = newKey()): Promise<Sent<'post', P>> {
  return request('POST', locationOf(path, options), { body: options.body, idempotencyKey }).then((answer) => answer.body as Sent<'post', P>);
}

export function patch<P extends With<'patch'>>(path: P, options: SendOptions<'patch', P>): Promise<Sent<'patch', P>> {
  return request('PATCH', locationOf(path, options), { body: options.body }).then((answer) => answer.body as Sent<'patch', P>);
}

/** Named so because `delete` is the language's. An answer without a body is null. */
export function remove<P extends With<'delete'>>(path: P, options: SendOptions<'delete', P>): Promise<Sent<'delete', P>> {
  return request('DELETE', locationOf(path, options)).then((answer) => answer.body as Sent<'delete', P>);
}

/** A fresh Idempotency-Key. (crypto.randomUUID is only there with TLS or on localhost.) */
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

type Request = { body?: unknown; idempotencyKey?: string; signal?: AbortSignal; key?: string; file?: boolean };

/** Saves a file that the API makes. By a request of the session's: a link would not carry its key. */
export async function download(location: string, name: string): Promise<void> {
  const { blob } = await request('GET', location, { file: true });
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob!);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // the browser may still be reading it
}

/** `key` is for trying one out; otherwise it is the session's request, and a 401 leads to the sign-in. With `file` a good answer is a blob. */
export async function request(method: string, location: string, { body, idempotencyKey, signal, key, file = false }: Request = {}) {
  const headers = new Headers({ Accept: 'application/json' });
  const bearer = key ?? session.key();
  if (bearer !== null) headers.set('Authorization', `Bearer ${bearer}`);
  if (body !== undefined) headers.set('Content-Type', 'application/json');
  if (idempotencyKey !== undefined) headers.set('Idempotency-Key', idempotencyKey);
  const response = await fetch(origin + location, { method, headers, signal, body: body === undefined ? undefined : toJson(body) }).catch(unreachable);
  if (file && response.ok) return { blob: await response.blob(), body: null, response };
  const answer = await read(response);
  if (response.status !== 503) heard(null);
  if (response.ok) return { body: answer, response };
  if (response.status === 401 && key === undefined && location !== '/session') session.askFor();
  const refused = problem(response, answer);
  if (response.status === 503 && refused.type !== 'provider_unreachable') heard(refused.message); // that is not the server
  throw refused;
}

function unreachable(error: unknown): never {
  if (error instanceof DOMException && error.name === 'AbortError') throw error;
  heard('The server cannot be reached.');
  throw new ApiError(0, 'unreachable', 'The server cannot be reached. Is it running, and are you online?');
}

async function read(response: Response): Promise<unknown> {
  const text = await response.text();
  if (!/json/.test(response.headers.get('Content-Type') ?? '')) return null;
  try {
    return parseJson(text);
  } catch {
    return null;
  }
}

function problem(response: Response, answer: unknown): ApiError {
  const said = answer as Partial<Schemas['Problem']> | null;
  const type = said?.type?.split('#')[1] ?? 'unknown';
  const detail = said?.detail ?? `The server answered ${response.status} without saying why.`;
  return new ApiError(response.status, type, detail, said?.errors ?? [], said?.request_id ?? response.headers.get('X-Request-Id'));
}
