/** A binary heap that gives the item with the smallest `at` first; equal ones in the order they came. */
export class TimeQueue<T extends { readonly at: number }> {
  private readonly heap: { readonly item: T; readonly order: number }[] = [];
  private count = 0;

  push(item: T): void {
    this.heap.push({ item, order: this.count++ });
    for (let index = this.heap.length - 1; index > 0;) {
      const parent = (index - 1) >> 1;
      if (!this.isBefore(index, parent)) return;
      this.swap(index, parent);
      index = parent;
    }
  }

  /** Time of the next item; Infinity when there is none. */
  nextAt(): number {
    return this.heap[0]?.item.at ?? Infinity;
  }

  pop(): T | undefined {
    const first = this.heap[0];
    const last = this.heap.pop();
    if (!first || !last) return undefined;
    if (this.heap.length > 0) {
      this.heap[0] = last;
      this.sink();
    }
    return first.item;
  }

  private sink(): void {
    for (let index = 0; ;) {
      let smallest = index;
      for (const child of [2 * index + 1, 2 * index + 2]) {
        if (child < this.heap.length && this.isBefore(child, smallest)) smallest = child;
      }
      if (smallest === index) return;
      this.swap(index, smallest);
      index = smallest;
    }
  }

  private isBefore(a: number, b: number): boolean {
    const [left, right] = [this.heap[a]!, this.heap[b]!];
    return left.item.at < right.item.at || (left.item.at === right.item.at && left.order < right.order);
  }

  private swap(a: number, b: number): void {
    [this.heap[a], this.heap[b]] = [this.heap[b]!, this.heap[a]!];
  }
}
