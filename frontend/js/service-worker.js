// Stands between the report forms and the network. It keeps the public forms and what they need, and never a page
// of somebody who is signed in: it fetches its own copies, without cookies.

import { NAMES, NO_SIGNAL, SAVED, isReportForm, onlyLooks } from './addresses.js'
import { fetchInTime, freshToken, patienceFor, sendWaiting } from './sending.js'
import { saveReport } from './waiting.js'

const CACHE = `ldis-${ASSETS.join(' ')}`
const OWN_PAGES = [SAVED, NO_SIGNAL, NAMES]
const FROM_HISTORY = ['force-cache', 'only-if-cached']
const IMPATIENT = 6_000
const GOOD_FOR = 60 * 60 * 1000
const newest = new Map() // the sending that somebody made last of each form, by its key

self.addEventListener('install', event => event.waitUntil(begin()))
self.addEventListener('activate', event => event.waitUntil(takeOver()))
self.addEventListener('message', event => { if (event.data?.keep) event.waitUntil(keep(event.data.keep)) })
self.addEventListener('sync', event => event.waitUntil(trySending()))
self.addEventListener('fetch', event => {
  const answer = answerTo(event.request)
  if (answer) event.respondWith(answer)
})

function answerTo (request) {
  const url = new URL(request.url)
  if (url.origin !== location.origin) return undefined
  if (request.method === 'POST') return request.mode === 'navigate' && isReportForm(url.pathname) ? send(request) : undefined
  if (request.mode === 'navigate') return open(request, url.pathname)
  return ASSETS.includes(url.pathname) || url.pathname === NAMES ? fromCache(request) : undefined
}

/** Keep what every form needs, and the forms that an older worker kept. */
async function begin () {
  const known = await keptForms()
  const cache = await caches.open(CACHE)
  await cache.addAll(ASSETS)
  await Promise.all([...OWN_PAGES, ...known].map(path => fetchCopy(cache, path)))
  await self.skipWaiting()
}

async function takeOver () {
  for (const name of await caches.keys()) if (name.startsWith('ldis-') && name !== CACHE) await caches.delete(name)
  await self.clients.claim()
}

async function keptForms () {
  const paths = []
  for (const name of await caches.keys()) {
    for (const { url } of await (await caches.open(name)).keys()) paths.push(new URL(url).pathname)
  }
  return [...new Set(paths)].filter(isReportForm)
}

/** Keep a form for the next time, and what goes with it, if the copies are not fresh. */
async function keep (path) {
  if (!isReportForm(path)) return
  const cache = await caches.open(CACHE)
  const known = await cache.match(path)
  if (known && Date.now() - Date.parse(known.headers.get('Date')) < GOOD_FOR) return
  await Promise.all([...OWN_PAGES, path].map(one => fetchCopy(cache, one)))
}

/** A copy as anybody would see it: asked for without cookies, so that it holds nobody's name. */
async function fetchCopy (cache, path) {
  const answer = await fetch(path, { credentials: 'omit', cache: 'no-cache' })
  if (answer.ok && !answer.redirected) await cache.put(path, answer)
}

async function fromCache (request) {
  return await caches.match(request, { cacheName: CACHE, ignoreVary: true }) ?? fetch(request)
}

/** A page from the network; where the service does not answer, the form as it was kept, or a page that says so. */
async function open (request, path) {
  const form = isReportForm(path) && await copyOf(path)
  try {
    if (!form) return await fetch(request)
    const answer = await fetchInTime(request, {}, IMPATIENT)
    return answer.status < 500 ? answer : form
  } catch (problem) {
    const instead = form || await copyOf(OWN_PAGES.includes(path) ? path : NO_SIGNAL)
    if (instead) return instead
    throw problem
  }
}

/** A kept page, under a key of its own: what is written on it is a report of its own. */
async function copyOf (path) {
  const kept = await caches.match(path, { cacheName: CACHE, ignoreVary: true })
  if (!kept) return undefined
  const headers = new Headers(kept.headers)
  for (const name of ['Content-Encoding', 'Content-Length']) headers.delete(name)
  const key = crypto.randomUUID?.() ?? String(crypto.getRandomValues(new Uint32Array(4)).join('-'))
  const text = (await kept.text()).replace(/(name="submission_key" value=")[^"]*/, `$1${key}`)
  return new Response(text, { headers })
}

/** Send a form. Where the network or the service does not answer, save it and say so. */
async function send (request) {
  const { pathname, search } = new URL(request.url)
  const body = await request.clone().formData()
  const key = body.get('submission_key')
  if (!key) return fetch(request)
  const goesBack = FROM_HISTORY.includes(request.cache)
  if (goesBack) body.delete('checked') // to a page that followed a form: whoever goes back sends nothing
  const sendsNothing = goesBack || onlyLooks(body)
  const mine = Symbol(key)
  newest.set(key, mine)
  const patience = patienceFor([...body], sendsNothing ? IMPATIENT : undefined)
  const answer = await answerOfService(goesBack ? anew(request, body) : request, body, patience)
  if (answer) return answer
  // the form, where the browser puts back what was typed
  if (sendsNothing) return await copyOf(pathname) ?? copyOf(NO_SIGNAL)
  // who waits for long may open the form anew and send it again: then that is what counts, and nobody looks at this
  if (newest.get(key) === mine) {
    await saveReport(pathname + search, body)
    await self.registration.sync?.register('ldis-sending').catch(() => {}) // not every browser lets us
  }
  return copyOf(SAVED)
}

/** What the service answers to a form; nothing where it does not. */
async function answerOfService (request, body, patience) {
  try {
    let answer = await fetchInTime(request, {}, patience)
    if (answer.status === 403) { // the page was open for longer than its session: the same with a token that is good
      body.set('csrf_token', await freshToken())
      answer = await fetchInTime(anew(request, body), {}, patience)
    }
    return answer.status < 500 ? answer : undefined
  } catch {
    return undefined
  }
}

/** The same form once more. */
const anew = ({ url }, body) => new Request(url, { method: 'POST', body, redirect: 'manual' })

async function trySending () {
  if (await sendWaiting()) throw new Error('Still no signal; the browser tries again.')
}
