import type { LeverModel } from './lever-model.ts';

/** Another customer of Lever, to try what happens when somebody connects the wrong one. */
export const createSecondOrganization = (model: LeverModel): void => {
  const stages = [
    { id: 'applicant-new', text: 'New applicant' },
    { id: '9be1f6a0-52c4-4d3e-8c17-0a6f4d2b7e55', text: 'Reference check' },
    { id: 'offer', text: 'Offer' },
  ];
  const id = 'second-lever-organization';
  const users = [
    {
      id: 'a3c9d1e7-60f2-4b8a-9d45-7e1b2c3f4a66',
      name: 'Tamsin Elderbrook',
      username: 'tamsin',
      email: 'tamsin@larkmoor-studios.example',
      accessRole: 'super admin',
    },
  ];
  const recruiter = model.addOrganization({ id, name: 'Larkmoor Studios', stages, users });
  recruiter.addOpportunity({ name: 'Leocadia Brightfern', emails: ['leocadia.brightfern@sample-people.example'] });
};
