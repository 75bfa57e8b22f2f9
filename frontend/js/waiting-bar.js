// A bar on every page that says what waits on this phone and what was sent, and sees to it that it goes.

import { SAVED } from './addresses.js'
import { element, quietButton } from './elements.js'
import { sendWaiting } from './sending.js'
import { forgetSent, removeReport, savedReports, whenChanged } from './waiting.js'

const SOON = 5_000
const LATEST = 300_000

/** Show the bar, and send what waits now, when the signal is back, and every so often. */
export async function showWaiting () {
  const bar = element('div', { class: 'ldis-waiting', role: 'status' })
  document.querySelector('header')?.append(bar)
  const draw = async () => fill(bar, await savedReports())
  whenChanged(draw)
  await forgetSent()
  await draw()
  keepSending()
}

function fill (bar, reports) {
  const of = state => reports.filter(one => one.state === state)
  const lines = [
    ...of('sent').map(sentLine),
    ...(of('waiting').length ? [waitingLine(of('waiting').length)] : []),
    ...(of('refused').length ? [refusedLine(of('refused').length)] : [])
  ]
  bar.replaceChildren(...lines.map(line => element('p', { class: 'govuk-width-container' }, ...line)))
}

const sentLine = ({ key, reference, path }) => [
  'Sent. Reference ', element('a', { class: 'govuk-link', href: path }, reference), '. ',
  quietButton('Close', () => removeReport(key))
]

const waitingLine = count => [
  `${count === 1 ? '1 report waits' : `${count} reports wait`} on this phone, to be sent when there is signal. `,
  element('a', { class: 'govuk-link', href: SAVED }, 'See what waits')
]

const refusedLine = count => [
  `${count === 1 ? '1 report was' : `${count} reports were`} not taken in. `,
  element('a', { class: 'govuk-link', href: SAVED }, 'Put it right')
]

function keepSending () {
  let pause = SOON
  let timer
  const attempt = async () => {
    clearTimeout(timer)
    if (await sendWaiting() === 0) {
      pause = SOON
      return
    }
    timer = setTimeout(attempt, pause)
    pause = Math.min(2 * pause, LATEST)
  }
  const now = () => {
    pause = SOON
    attempt()
  }
  addEventListener('online', now)
  document.addEventListener('visibilitychange', () => { if (!document.hidden) now() })
  whenChanged(() => { clearTimeout(timer); timer = setTimeout(attempt, pause) })
  attempt()
}
