// One press is enough: the button says that it is at work, and takes no second press meanwhile. Where no answer comes
// for a while, it says beside it what happens then.

import { element } from './elements.js'

const LONG = 8_000
const LONGEST = 35_000 // a little longer than the worker waits for an answer
const NO_ANSWER_YET = 'No answer yet. Keep this page open: if none comes, your report is saved on this phone and sent when there is signal.'

/** Look after the buttons of a form. */
export function busyWhenPressed (form) {
  let restore
  form.addEventListener('submit', event => {
    if (restore) return event.preventDefault()
    const button = event.submitter
    if (event.defaultPrevented || !button?.matches('.govuk-button')) return
    const ready = atWork(button, isLast(form) ? 'Sending …' : 'One moment …')
    const timer = setTimeout(() => restore?.(), LONGEST)
    restore = () => {
      clearTimeout(timer)
      ready()
      restore = undefined
    }
  })
  addEventListener('pageshow', () => restore?.()) // gone back to
}

const isLast = form => 'checked' in form.elements

/** Have a button say that it is at work; answers how to have it ready again. */
function atWork (button, saying) {
  const words = button.textContent
  const status = element('p', { class: 'govuk-body', role: 'status' })
  const timer = setTimeout(() => status.append(NO_ANSWER_YET), LONG)
  button.textContent = saying
  button.setAttribute('aria-disabled', 'true')
  if (navigator.serviceWorker?.controller) button.after(status) // where no worker keeps the report, nothing is promised
  return () => {
    clearTimeout(timer)
    status.remove()
    button.textContent = words
    button.removeAttribute('aria-disabled')
  }
}
