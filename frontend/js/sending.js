// Sends what waits, each report once. The service takes the same key for the same report, so that trying again after
// a line broke in the middle is safe.

import { TOKEN, referenceIn } from './addresses.js'
import { markRefused, markSent, savedReports } from './waiting.js'

const PATIENCE = 30_000
const PATIENCE_WITH_PHOTOS = 300_000
const NOT_NOW = [403, 408, 425, 429]

/** Ask for something and give up after a while: where there is hardly any signal an answer may never come. */
export async function fetchInTime (request, how = {}, milliseconds = PATIENCE) {
  const giveUp = new AbortController()
  const timer = setTimeout(() => giveUp.abort(), milliseconds)
  try {
    return await fetch(request, { ...how, signal: giveUp.signal })
  } finally {
    clearTimeout(timer)
  }
}

/** How long to wait while this is sent. A form whose question for photos was left alone holds an empty file. */
export const patienceFor = (fields, usual = PATIENCE) => fields.some(([, value]) => value.size > 0) ? PATIENCE_WITH_PHOTOS : usual

/** A token that is good now. The one of a form that waited belongs to a session that may have ended. */
export async function freshToken () {
  const answer = await fetchInTime(TOKEN, { cache: 'no-store' })
  return (await answer.json()).csrf_token
}

/** Send everything that waits; answers how many still do. Of all tabs and the worker, one sends at a time. */
export function sendWaiting () {
  return navigator.locks ? navigator.locks.request('ldis-sending', sendAll) : sendAll()
}

async function sendAll () {
  const waiting = (await savedReports()).filter(one => one.state === 'waiting')
  let left = waiting.length
  for (const report of waiting) {
    const answer = await send(report)
    if (!answer) break
    if (await settle(report, answer)) left -= 1
  }
  return left
}

/** What the service answers to a report; nothing where there is no signal. */
async function send (report) {
  try {
    return await fetchInTime(report.address, { method: 'POST', body: await bodyOf(report) }, patienceFor(report.fields))
  } catch {
    return undefined
  }
}

/** Note what the service made of a report. Answers whether that is settled; not where it only cannot just now. */
async function settle (report, answer) {
  const path = new URL(answer.url).pathname
  const reference = referenceIn(path)
  if (!reference && (answer.status >= 500 || NOT_NOW.includes(answer.status))) return false
  await (reference ? markSent(report, { reference, path }) : markRefused(report))
  return true
}

async function bodyOf (report) {
  const body = new FormData()
  for (const [name, value] of report.fields) body.append(name, value)
  body.set('csrf_token', await freshToken())
  body.set('checked', 'yes')
  return body
}
