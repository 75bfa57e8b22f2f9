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

/** How long to wait while this is sent. */
export const patienceFor = fields => fields.some(([, value]) => typeof value !== 'string') ? PATIENCE_WITH_PHOTOS : PATIENCE

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
  for (const [place, report] of waiting.entries()) {
    if (!await send(report)) return waiting.length - place
  }
  return 0
}

/** Send one report. Answers whether the service has settled it; it has not where there was no signal. */
async function send (report) {
  let answer
  try {
    answer = await fetchInTime(report.address, { method: 'POST', body: await bodyOf(report) }, patienceFor(report.fields))
  } catch {
    return false
  }
  const path = new URL(answer.url).pathname
  const reference = referenceIn(path)
  if (reference) {
    await markSent(report, { reference, path })
  } else if (answer.status >= 500 || NOT_NOW.includes(answer.status)) {
    return false
  } else {
    await markRefused(report)
  }
  return true
}

async function bodyOf (report) {
  const body = new FormData()
  for (const [name, value] of report.fields) body.append(name, value)
  body.set('csrf_token', await freshToken())
  body.set('checked', 'yes')
  return body
}
