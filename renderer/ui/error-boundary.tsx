// Keeps a bug in one region of the window from blanking the others: a sentence and a way to go on.
import { Component, type ErrorInfo, type ReactNode } from 'react'

interface Props {
  sentence: string
  again: string
  /** A change of this value clears the error, such as another session. */
  resetKey?: string
  children: ReactNode
}

export class ErrorBoundary extends Component<Props, { failed: boolean }> {
  override state = { failed: false }

  static getDerivedStateFromError() {
    return { failed: true }
  }

  override componentDidCatch(error: Error, info: ErrorInfo) {
    console.error(error, info.componentStack)
  }

  override componentDidUpdate(before: Props) {
    if (before.resetKey !== this.props.resetKey && this.state.failed) this.setState({ failed: false })
  }

  override render() {
    if (!this.state.failed) return this.props.children
    return (
      <div className="broken" role="alert">
        <p>{this.props.sentence}</p>
        <button type="button" className="button" onClick={() => this.setState({ failed: false })}>
          {this.props.again}
        </button>
      </div>
    )
  }
}
