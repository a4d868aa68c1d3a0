/** What the live part and the list of names say. */
export const words = {
  replies: (many: number) => (many === 1 ? "1 new reply" : `${many} new replies`),
  comments: (many: number) => (many === 1 ? "1 new comment" : `${many} new comments`),
  shown: (many: number) => (many === 1 ? "1 new comment is shown." : `${many} new comments are shown.`),
  names: "People in this discussion",
};
