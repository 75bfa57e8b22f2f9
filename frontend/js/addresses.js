// Which addresses of the service mean what to the browser's side of it.

// a guard test sees that this names every page that stands where a partnership's would
const NO_PARTNERSHIP = 'incident|lab-result|mine|no-signal|saved|token|track|vape'
const FORM = new RegExp(`^/report/(?!(?:${NO_PARTNERSHIP})$)[^/]+(?:/vape)?$`)
const RECEIVED = /^\/report\/[^/]+\/received\/([^/]+)$/

export const NAMES = '/substances/names.json'
export const NO_SIGNAL = '/report/no-signal'
export const SAVED = '/report/saved'
export const TOKEN = '/report/token'

/** Whether anybody reports on this page: a form that may be kept on the phone. */
export const isReportForm = path => FORM.test(path)

/** The reference, if this is the page that gives it. */
export const referenceIn = path => RECEIVED.exec(path)?.[1]

const ONLY_LOOKS = ['change', 'remove_photo']

/** Whether a button of the form was pressed that goes back to the answers, and sends nothing. */
export const onlyLooks = body => ONLY_LOOKS.some(name => body.has(name))
