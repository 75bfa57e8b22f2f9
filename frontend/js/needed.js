// Without signal nobody else can say that a question was left out: say it before the form is saved, not hours later.

import { element } from './elements.js'

/** Ask for the answers that are missing, if any are; answers whether there are none. */
export function allAnswered (form) {
  const missing = [...form.querySelectorAll('[data-needed]')].filter(group => !isAnswered(group))
  document.querySelector('.govuk-error-summary')?.remove()
  if (missing.length) ask(missing)
  return missing.length === 0
}

function isAnswered (group) {
  const fields = [...group.querySelectorAll('input, select, textarea')]
  return fields.some(field => ['radio', 'checkbox'].includes(field.type) ? field.checked : field.value.trim() !== '')
}

function ask (missing) {
  const lines = missing.map(group => {
    const field = group.querySelector('input, select, textarea')
    const link = element('a', { href: `#${field.id}` }, group.dataset.needed)
    link.addEventListener('click', event => {
      event.preventDefault()
      group.scrollIntoView()
      field.focus({ preventScroll: true })
    })
    return element('li', {}, link)
  })
  const summary = element(
    'div', { class: 'govuk-error-summary', role: 'alert', tabindex: '-1' },
    element('h2', { class: 'govuk-error-summary__title' }, 'There is a problem'),
    element('div', { class: 'govuk-error-summary__body' }, element('ul', { class: 'govuk-list govuk-error-summary__list' }, ...lines))
  )
  document.querySelector('main').prepend(summary)
  summary.focus()
}
