/** What the live part and the list of names say. */
import { counted, late } from "./say";

export const words = late({
  replies: (many: number) => counted(many, ["%(num)d new reply", "%(num)d new replies"]),
  comments: (many: number) => counted(many, ["%(num)d new comment", "%(num)d new comments"]),
  shown: (many: number) => counted(many, ["%(num)d new comment is shown.", "%(num)d new comments are shown."]),
  names: "People in this discussion",
});
