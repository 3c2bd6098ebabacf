/** The parts of the timeline that the pointer and the keys work on. */
import type { Stage } from '../stage';
import type { Overlay } from './overlay';
import type { ChosenRange } from './range';
import type { Scene } from './scene';
import type { Zoom } from './zoom';

export interface ITimelineParts {
  readonly stage: Stage;
  readonly scene: Scene;
  readonly overlay: Overlay;
  readonly zoom: Zoom;
  readonly range: ChosenRange;
}
