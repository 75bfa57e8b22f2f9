// One press is enough: the button says that it is at work, and takes no second press meanwhile.

const LONGEST = 20_000

/** Look after the buttons of a form. */
export function busyWhenPressed (form) {
  let restore
  form.addEventListener('submit', event => {
    if (restore) return event.preventDefault()
    const button = event.submitter
    if (event.defaultPrevented || !button?.matches('.govuk-button')) return
    const words = button.textContent
    button.textContent = isLast(form) ? 'Sending …' : 'One moment …'
    button.setAttribute('aria-disabled', 'true')
    const timer = setTimeout(() => restore?.(), LONGEST)
    restore = () => {
      clearTimeout(timer)
      button.textContent = words
      button.removeAttribute('aria-disabled')
      restore = undefined
    }
  })
  addEventListener('pageshow', () => restore?.()) // gone back to
}

const isLast = form => 'checked' in form.elements
