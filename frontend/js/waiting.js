// Reports that wait on this phone for a signal, and what came of them. Pages and the worker share them.

import { openDB } from 'idb'

// by the time it is sent a photo may be gone; what waits must go all the same
const OF_ONE_SENDING = ['csrf_token', 'checked', 'photo_added']
const REMEMBERED = 24 * 60 * 60 * 1000
const CHANGED = 'ldis-waiting'
const here = new EventTarget()
let opened

function store () {
  opened ??= openDB('ldis', 1, { upgrade: made => made.createObjectStore('reports', { keyPath: 'key' }) })
  return opened
}

function announce () {
  here.dispatchEvent(new Event(CHANGED))
  if (!('BroadcastChannel' in self)) return
  const others = new BroadcastChannel(CHANGED)
  others.postMessage('')
  others.close()
}

/** Call back whenever something was saved, sent or removed, in this page, in another tab or by the worker. */
export function whenChanged (call) {
  here.addEventListener(CHANGED, call)
  if (!('BroadcastChannel' in self)) return
  let others
  const listen = () => {
    others = new BroadcastChannel(CHANGED)
    others.addEventListener('message', call)
  }
  listen()
  // a page with an open channel may not be kept for going back to
  addEventListener('pagehide', () => others.close())
  addEventListener('pageshow', ({ persisted }) => {
    if (!persisted) return
    listen()
    call()
  })
}

/** Save what a form holds, to be sent once, under the key of the form. */
export async function saveReport (address, body) {
  const key = body.get('submission_key')
  await (await store()).put('reports', { key, address, fields: answersIn(body), state: 'waiting', at: Date.now() })
  announce()
}

/** The answers without what belongs to one sending. “Today” is the day on which it was said. */
function answersIn (body) {
  const answers = [...body].filter(([name, value]) => !OF_ONE_SENDING.includes(name) && value !== '' && value.size !== 0)
  const dates = answers.filter(([name]) => name.endsWith('-quick')).map(([name]) => name.replace(/quick$/, 'said_on'))
  return [...answers, ...dates.filter(name => !body.has(name)).map(name => [name, dayHere()])]
}

/** A day in ISO form, by the clock of this phone. */
export function dayHere (when = new Date()) {
  return [when.getFullYear(), when.getMonth() + 1, when.getDate()].map(part => String(part).padStart(2, '0')).join('-')
}

/** Every report that this phone knows of, the oldest first. Of one that was sent it knows the reference alone. */
export async function savedReports () {
  const all = await (await store()).getAll('reports')
  return all.sort((a, b) => a.at - b.at)
}

/** A report was taken in: keep its reference, and nothing of what it said. */
export async function markSent ({ key }, { reference, path }) {
  await (await store()).put('reports', { key, state: 'sent', reference, path, at: Date.now() })
  announce()
}

/** The service refused a report: somebody has to put it right. */
export async function markRefused (report) {
  await (await store()).put('reports', { ...report, state: 'refused' })
  announce()
}

/** Remove a report from this phone. */
export async function removeReport (key) {
  await (await store()).delete('reports', key)
  announce()
}

/** Remove the references of what was sent more than a day ago. */
export async function forgetSent () {
  for (const one of await savedReports()) {
    if (one.state === 'sent' && Date.now() - one.at > REMEMBERED) await removeReport(one.key)
  }
}
