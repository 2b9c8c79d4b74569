// The load test of the specification, for k6: docs/load-test.md. bench/load_test.py runs the same profile.json without k6.
//
//   k6 run -e URL=http://localhost:8080 -e KEY=… bench/k6/load.js        (KEY: scope write; leave it out while no key exists)
//   k6 run -e RAMP=20 -e STEADY=40 bench/k6/load.js                      a short one, in seconds
import { check, sleep } from 'k6'
import http from 'k6/http'
import { Counter } from 'k6/metrics'

const profile = JSON.parse(open('./profile.json'))
const url = (__ENV.URL || 'http://localhost:8080').replace(/\/$/, '')
const ramp = Number(__ENV.RAMP || profile.ramp_seconds)
const steady = Number(__ENV.STEADY || profile.steady_seconds)
const headers = { 'Content-Type': 'application/json', ...(__ENV.KEY ? { Authorization: `Bearer ${__ENV.KEY}` } : {}) }

const plans = 'GET /plans'
const users = 'POST /users'
const generate = 'POST /invoices/generate/{user}'
const endpoints = [plans, users, generate]

const asked = new Counter('asked')
const failed = new Counter('failed') // not 2xx, the guard rail's 429s among them
const refused = new Counter('refused') // 429

export const options = {
  scenarios: {
    mix: {
      executor: 'ramping-vus',
      startVUs: profile.virtual_users.first,
      stages: [
        { duration: `${ramp}s`, target: profile.virtual_users.last },
        { duration: `${steady}s`, target: profile.virtual_users.last },
      ],
      exec: 'mix',
    },
    hammering: {
      executor: 'constant-arrival-rate',
      rate: 1,
      timeUnit: `${profile.hammering.every_seconds}s`,
      startTime: `${ramp}s`,
      duration: `${steady}s`,
      preAllocatedVUs: 1,
      exec: 'hammer',
    },
  },
  summaryTrendStats: ['p(50)', 'p(95)', 'p(99)'],
  // A threshold makes k6 keep an endpoint's numbers apart. The specification's error budget is 0.5 %.
  thresholds: Object.fromEntries(
    endpoints.flatMap((name) => [
      [`http_req_duration{name:${name},scenario:mix}`, ['p(95)<1000']],
      ...[`http_req_duration{name:${name}}`, `asked{name:${name}}`, `failed{name:${name}}`, `refused{name:${name}}`].map((metric) => [
        metric,
        metric.startsWith('http') ? ['p(99)>=0'] : ['count>=0'],
      ]),
    ]),
  ),
}

function send(name, method, path, body) {
  const answer = http.request(method, url + path, body === undefined ? null : JSON.stringify(body), { headers, tags: { name } })
  const tags = { name }
  const good = answer.status >= 200 && answer.status < 300
  asked.add(1, tags)
  failed.add(good ? 0 : 1, tags)
  refused.add(answer.status === 429 ? 1 : 0, tags)
  check(answer, { 'answered as it should be': () => good || answer.status === 429 })
  return answer
}

const address = () => `k6-${Date.now()}-${__VU}-${Math.random().toString(36).slice(2)}@example.com`

/** 1,000 users on plan `pro` with 120,000 calls each, made slower than the guard rail. */
export function setup() {
  const make = (path, body) => {
    const answer = http.post(url + path, JSON.stringify(body), { headers, tags: { name: 'setup' } })
    if (answer.status >= 300) throw new Error(`POST ${path}: ${answer.status} ${answer.body}`)
    return answer.json()
  }
  const ids = []
  for (let n = 0; n < profile.primed_users; n++) {
    const user_id = make('/users', { email: address() }).id
    make('/subscriptions', { user_id, plan_code: 'pro' })
    make('/usage', { user_id, metric: 'api_calls', quantity: 120000 })
    ids.push(user_id)
    sleep(0.011)
  }
  return ids
}

export function mix(ids) {
  const drawn = Math.random()
  if (drawn < profile.shares[users]) {
    send(users, 'POST', '/users', { email: address() })
  } else if (drawn < profile.shares[users] + profile.shares[generate]) {
    send(generate, 'POST', `/invoices/generate/${ids[Math.floor(Math.random() * ids.length)]}`, {})
  } else {
    send(plans, 'GET', '/plans')
  }
  sleep(profile.pause_seconds)
}

/** As many new users as one client can make: the guard rail answers 429. */
export function hammer() {
  for (let n = 0; n < profile.hammering.requests; n++) send(users, 'POST', '/users', { email: address() })
}

export function handleSummary(data) {
  const value = (metric, key) => (data.metrics[metric] ? data.metrics[metric].values[key] || 0 : 0)
  const rows = endpoints.map((name) => {
    const times = ['p(50)', 'p(95)', 'p(99)'].map((key) => `${value(`http_req_duration{name:${name}}`, key).toFixed(1)} ms`)
    const count = value(`asked{name:${name}}`, 'count')
    const share = (metric) => `${((100 * value(`${metric}{name:${name}}`, 'count')) / Math.max(1, count)).toFixed(2)} %`
    return `| \`${name}\` | ${(count / (ramp + steady)).toFixed(1)} | ${times.join(' | ')} | ${share('failed')} | ${share('refused')} |`
  })
  const head = '| Endpoint | RPS (avg) | P50 | P95 | P99 | Error | of it 429 |\n|---|---|---|---|---|---|---|\n'
  return { stdout: `\n${head}${rows.join('\n')}\n` }
}
