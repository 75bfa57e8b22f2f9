// The list of what waits on this phone: send it now, put it right, or delete it.

import { keepDraft, rememberPressed } from './drafts.js'
import { element, quietButton } from './elements.js'
import { freshToken, sendWaiting } from './sending.js'
import { dayHere, removeReport, savedReports, whenChanged } from './waiting.js'

const DAY = new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long', hour: '2-digit', minute: '2-digit' })
const AT_WORK = 'One moment …'
const NO_SIGNAL_YET = 'No signal, or no answer. Nothing is lost.'

/** Draw the list, now and whenever it changes. */
export async function listSaved (list) {
  const heading = document.querySelector('h1')
  const draw = async () => {
    const left = (await savedReports()).filter(one => one.state !== 'sent')
    const waits = left.some(one => one.state === 'waiting')
    heading.textContent = waits ? 'Saved on this phone' : left.length ? 'Not taken in' : 'Nothing waits on this phone'
    for (const words of document.querySelectorAll('[data-while-waiting]')) words.hidden = !waits
    for (const words of document.querySelectorAll('[data-while-here]')) words.hidden = !left.length
    list.replaceChildren(...left.map(row))
  }
  whenChanged(draw)
  await draw()
}

function row (report) {
  const refused = report.state === 'refused'
  return element(
    'li', { class: 'ldis-rows__row' },
    element('p', { class: 'ldis-rows__facts' }, `Report of ${DAY.format(report.at)}: ${refused ? 'not taken in' : 'waits for signal'}`),
    element(
      'p', { class: 'ldis-rows__facts' },
      ...refused ? trying('Put it right', () => putRight(report)) : trying('Try now', sendNow),
      quietButton('Delete it', event => askFirst(event.currentTarget, report.key))
    )
  )
}

/** A button for what needs a signal, and beside it whether it went. `act` answers that. */
function trying (words, act) {
  const status = element('span', { role: 'status' })
  const press = async () => {
    if (status.textContent === AT_WORK) return
    status.textContent = AT_WORK
    status.textContent = await act() ? '' : NO_SIGNAL_YET
  }
  return [quietButton(words, press), ' ', status, ' ']
}

const sendNow = async () => await sendWaiting() === 0

function askFirst (button, key) {
  button.replaceWith(quietButton('Delete it for good: it was not sent', () => removeReport(key)))
}

/** Hand the report to the service as if it had just been typed, so that its form says what is wrong with it. */
async function putRight (report) {
  const token = await freshToken().catch(() => undefined)
  if (!token) return false
  const form = element('form', { method: 'post', action: report.address, enctype: 'multipart/form-data', hidden: '' })
  for (const [name, value] of [...report.fields, ['csrf_token', token]]) form.append(carried(name, value))
  document.body.append(form)
  keepOpen(report)
  rememberPressed(report.key)
  await removeReport(report.key)
  form.submit()
  return true
}

/** What was typed stays a draft until it is in: the signal may go at this very moment, or the page be closed. */
function keepOpen ({ key, address, fields, at }) {
  const typed = fields.filter(([, value]) => typeof value === 'string')
  keepDraft({ path: new URL(address, location).pathname, key, day: dayHere(new Date(at)), fields: typed })
}

function carried (name, value) {
  if (typeof value === 'string') return element('input', { type: 'hidden', name, value })
  const field = element('input', { type: 'file', name })
  const files = new DataTransfer()
  files.items.add(value)
  field.files = files.files
  return field
}
