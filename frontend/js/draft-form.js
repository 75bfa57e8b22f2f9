// Keeps what is typed on a report form, and puts it back when the form is opened again.

import { forgetDraft, keepDraft, newestDraft, rememberPressed, takePressed } from './drafts.js'
import { element, quietButton } from './elements.js'
import { dayHere } from './waiting.js'

const NOT_TYPED = ['csrf_token', 'submission_key', '_form']

/** Look after the form of this page. What was kept is put back when `ready` is: unless somebody writes already. */
export function keepTyped (form, ready) {
  const key = form.elements.submission_key
  let touched = false
  const keep = event => {
    touched ||= event.isTrusted
    if (keepDraft({ path: location.pathname, key: key.value, day: dayHere(), fields: typedOn(form) })) sayItIsKept(form)
  }
  form.addEventListener('input', keep)
  form.addEventListener('change', keep)
  form.addEventListener('submit', () => rememberPressed(key.value))
  ready.then(() => { if (!touched) restore(form) })
}

function typedOn (form) {
  return [...new FormData(form)].filter(([name, value]) => typeof value === 'string' && !NOT_TYPED.includes(name))
}

function restore (form) {
  const key = form.elements.submission_key
  const pressed = takePressed()
  if (document.querySelector('.govuk-error-summary')) { // drawn again by the service, with what was typed
    if (pressed && pressed !== key.value) forgetDraft(pressed)
    return
  }
  const draft = newestDraft(location.pathname)
  if (!draft || draft.key === key.value) return
  key.value = draft.key
  // one of yesterday says “today” and means yesterday: that question is asked again
  putBack(form, draft.day === dayHere() ? draft.fields : draft.fields.filter(([name]) => !name.endsWith('-quick')))
  form.prepend(element(
    'div', { class: 'govuk-inset-text ldis-kept', role: 'status' },
    'We kept what you wrote on this phone. ', quietButton('Start again', () => startAgain(form))
  ))
}

function putBack (form, fields) {
  const answers = new Map()
  for (const [name, value] of fields) answers.set(name, [...(answers.get(name) ?? []), value])
  for (const field of form.elements) {
    const given = answers.get(field.name) ?? []
    if (field.type === 'radio' || field.type === 'checkbox') {
      change(field, field.checked !== given.includes(field.value), () => { field.checked = !field.checked })
    } else if (given.length && field.type !== 'file') {
      const value = given.shift()
      change(field, field.value !== value, () => { field.value = value })
    }
  }
}

function change (field, differs, act) {
  if (!differs) return
  act()
  field.closest('details')?.setAttribute('open', '')
  for (const kind of ['input', 'change']) field.dispatchEvent(new Event(kind, { bubbles: true }))
}

function sayItIsKept (form) {
  if (form.querySelector('.ldis-clear')) return
  form.append(element(
    'p', { class: 'govuk-body ldis-clear' },
    'What you write is kept on this phone until you send it, for 24 hours at most. On a shared phone: ',
    quietButton('Clear it', () => startAgain(form))
  ))
}

function startAgain (form) {
  forgetDraft(form.elements.submission_key.value)
  location.assign(location.pathname + location.search)
}
